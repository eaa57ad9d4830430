// A scripted client: sends bytes, reads what the broker sent as decoded packets, in order, and remembers what it has
// not looked at. It acknowledges nothing by itself.

using System.Text;
using FastMqtt.Broker.Tests.Scripted;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Harness;

internal sealed class TestClient(TestBroker broker, FakeSocket socket, ProtocolVersion version)
{
    private readonly Queue<Packet> _packets = [];
    private ushort _lastId;

    public FakeSocket Socket => socket;

    public ProtocolVersion Version => version;

    public string Identifier { get; set; } = "";

    public Packet? Connack { get; set; }

    public bool IsClosed => socket.IsClosed;

    public ushort NewId() => ++_lastId;

    /// <summary>Hands bytes to the network; the broker sees them at the next Tick.</summary>
    public TestClient Send(ReadOnlySpan<byte> bytes)
    {
        socket.Write(bytes);
        return this;
    }

    /// <summary>Sends a PUBLISH without waiting for anything. Returns its Packet Identifier.</summary>
    public ushort Send(
        string topic, string payload, int qos = 0, bool retain = false, byte[]? properties = null, ushort? id = null)
    {
        ushort identifier = id ?? (qos == 0 ? (ushort)0 : NewId());
        Send(Packets.Publish(
            version, topic, Encoding.UTF8.GetBytes(payload), qos, identifier, retain, false, properties));
        return identifier;
    }

    /// <summary>Publishes and completes the handshake; nothing but its acknowledgements may come back.</summary>
    public void Publish(string topic, string payload, int qos = 0, bool retain = false, byte[]? properties = null)
    {
        ushort id = Send(topic, payload, qos, retain, properties);
        broker.Tick();
        if (qos == 1)
        {
            Assert.Equal(id, Next(PacketType.Puback).Id);
        }
        else if (qos == 2)
        {
            Assert.Equal(id, Next(PacketType.Pubrec).Id);
            Send(Packets.Pubrel(id));
            broker.Tick();
            Assert.Equal(id, Next(PacketType.Pubcomp).Id);
        }
    }

    /// <summary>Subscribes and takes the SUBACK, which must grant. Retained messages stay to be read.</summary>
    public TestClient Subscribe(string filter, int options = 0, byte[]? properties = null)
    {
        Assert.True(TrySubscribe(filter, options, properties) < 0x80);
        return this;
    }

    public byte TrySubscribe(string filter, int options = 0, byte[]? properties = null)
    {
        Send(Packets.Subscribe(version, NewId(), properties, (filter, options)));
        broker.Tick();
        return Assert.Single(Next(PacketType.Suback).Codes);
    }

    public void Unsubscribe(string filter)
    {
        Send(Packets.Unsubscribe(version, NewId(), filter));
        broker.Tick();
        Next(PacketType.Unsuback);
    }

    /// <summary>Everything received and not looked at yet.</summary>
    public List<Packet> Read()
    {
        Decode();
        List<Packet> packets = [.. _packets];
        _packets.Clear();
        return packets;
    }

    /// <summary>The texts of all PUBLISHes received; there may be nothing else.</summary>
    public string[] ReadTexts() => [.. Read().Select(packet =>
    {
        Assert.Equal(PacketType.Publish, packet.Type);
        return packet.Text;
    })];

    /// <summary>The next packet, which must be of this type.</summary>
    public Packet Next(PacketType type)
    {
        Decode();
        Assert.True(_packets.TryDequeue(out Packet? packet), $"{type} expected, nothing came");
        Assert.True(packet.Type == type, $"{type} expected, got {packet}");
        return packet;
    }

    public Packet NextPublish() => Next(PacketType.Publish);

    /// <summary>Nothing has come that was not looked at.</summary>
    public void ExpectNothing() => Assert.Empty(Read());

    /// <summary>Acknowledges deliveries to their end, at any QoS. Takes the PUBRELs.</summary>
    public void Acknowledge(params IEnumerable<Packet> deliveries)
    {
        foreach (Packet delivery in deliveries)
        {
            if (delivery.QoS == 1)
            {
                Send(Packets.Puback(delivery.Id));
            }
            else if (delivery.QoS == 2)
            {
                Send(Packets.Pubrec(delivery.Id));
                broker.Tick();
                Send(Packets.Pubcomp(delivery.Id));
            }
        }

        broker.Tick();
    }

    /// <summary>Ends the connection with DISCONNECT.</summary>
    public void Disconnect(ReasonCode reason = ReasonCode.Success, byte[]? properties = null)
    {
        Send(Packets.Disconnect(reason, properties));
        broker.Tick();
        Assert.True(IsClosed);
    }

    /// <summary>The connection breaks.</summary>
    public void Reset()
    {
        socket.Reset();
        broker.Tick();
        Assert.True(IsClosed);
    }

    private void Decode()
    {
        while (FrameDecoder.TryRead(socket.Unread, Limits.ProtocolPacketSizeMax, out FixedHeader header, out _)
            == FrameResult.Complete)
        {
            _packets.Enqueue(new Packet(version, socket.Unread[..header.TotalLength]));
            socket.Skip(header.TotalLength);
        }
    }
}
