// A client on an attached stream, driven by a test from the edge's end of its pipes. Nothing runs by itself: bytes are
// written and taken when the test says so, and the broker sees them at the next Tick.

using System.Buffers;
using System.IO.Pipelines;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using FastMqtt.Transport;
using Xunit;

namespace FastMqtt.Broker.Tests.Attached;

internal sealed class AttachedClient
{
    private readonly TestBroker _broker;
    private readonly ProtocolVersion _version;
    private readonly Queue<Packet> _packets = [];
    private readonly List<byte> _received = [];

    public AttachedClient(TestBroker broker, ProtocolVersion version = ProtocolVersion.Mqtt5, int at = 0)
    {
        (_broker, _version) = (broker, version);
        Stream = new AttachedStream(null);
        Edge = new AttachedConnection(Stream);
        var listener = new Listener(new ListenerOptions { AllowAnonymous = true });
        broker.Dispatchers[at].Inbox.Post(new AttachedArrival(Stream, listener, default));
    }

    public AttachedStream Stream { get; }

    public AttachedConnection Edge { get; }

    /// <summary>The outgoing pipe has ended and everything in it was taken.</summary>
    public bool IsEnded { get; private set; }

    public static AttachedClient Connect(
        TestBroker broker, string? identifier = null, ProtocolVersion version = ProtocolVersion.Mqtt5, int at = 0)
    {
        var client = new AttachedClient(broker, version, at);
        client.Send(Packets.Connect(version, identifier ?? broker.IdentifierOn(at)));
        broker.Tick();
        Assert.Equal(ReasonCode.Success, client.Next(PacketType.Connack).Reason);
        return client;
    }

    /// <summary>True when the edge may write on, false when it is held up.</summary>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        Edge.Output.Write(bytes);
        return Flush().IsCompleted;
    }

    public Task<FlushResult> Flush() => Edge.Output.FlushAsync(TestContext.Current.CancellationToken).AsTask();

    /// <summary>The broker has told the edge that it reads no more.</summary>
    public bool IsReadNoMore() => Flush().GetAwaiter().GetResult().IsCompleted;

    public void Subscribe(string filter, int options = 0)
    {
        Send(Packets.Subscribe(_version, 1, null, (filter, options)));
        _broker.Tick();
        Assert.True(Assert.Single(Next(PacketType.Suback).Codes) < 0x80);
    }

    /// <summary>Takes up to so many bytes out of the pipe, as a slow peer would.</summary>
    public int Take(int bytesMax = int.MaxValue)
    {
        if (IsEnded || !Edge.Input.TryRead(out ReadResult result))
        {
            return 0;
        }

        long taken = Math.Min(bytesMax, result.Buffer.Length);
        ReadOnlySequence<byte> part = result.Buffer.Slice(0, taken);
        _received.AddRange(part.ToArray());
        IsEnded = result.IsCompleted && taken == result.Buffer.Length;
        Edge.Input.AdvanceTo(part.End); // its memory is somebody else's from here on
        return (int)taken;
    }

    /// <summary>The edge is over: its source has ended or broken.</summary>
    public void End()
    {
        Edge.Output.Complete();
        Edge.Input.Complete();
        IsEnded = true;
    }

    public List<Packet> Read()
    {
        Decode();
        List<Packet> packets = [.. _packets];
        _packets.Clear();
        return packets;
    }

    public Packet Next(PacketType type)
    {
        Decode();
        Assert.True(_packets.TryDequeue(out Packet? packet), $"{type} expected, nothing came");
        Assert.True(packet.Type == type, $"{type} expected, got {packet}");
        return packet;
    }

    private void Decode()
    {
        while (Take() > 0)
        {
        }

        byte[] bytes = [.. _received];
        int start = 0;
        while (FrameDecoder.TryRead(
            bytes.AsSpan(start), Limits.ProtocolPacketSizeMax, out FixedHeader header, out _) == FrameResult.Complete)
        {
            _packets.Enqueue(new Packet(_version, bytes.AsSpan(start, header.TotalLength)));
            start += header.TotalLength;
        }

        _received.RemoveRange(0, start);
    }
}
