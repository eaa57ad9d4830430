// A publisher and a subscriber of QoS 0 with clean sessions: nothing of theirs is on the disk, and so nothing of theirs
// may wait for it. Measures how long messages take from one to the other.
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using FastMqtt.Crash.Clients;

namespace FastMqtt.Crash.Trouble;

internal sealed class QoS0Pair : IDisposable
{
    private const ProtocolVersion Version = ProtocolVersion.Mqtt311;
    private const string Topic = "q/0";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(2);

    private readonly Link _publisher;
    private readonly Link _subscriber;
    private readonly List<TimeSpan> _latencies = [];
    private long _lastSent;
    private long _begun;

    public QoS0Pair(IPEndPoint broker)
    {
        _publisher = Link.TryOpen(broker) ?? throw new InvalidOperationException("the broker does not listen");
        _subscriber = Link.TryOpen(broker) ?? throw new InvalidOperationException("the broker does not listen");
        _publisher.Send(Packets.Connect(Version, "zero-publisher", cleanStart: true, ushort.MaxValue));
        _subscriber.Send(Packets.Connect(Version, "zero-subscriber", cleanStart: true, ushort.MaxValue));
        _subscriber.Send(Packets.Subscribe(Version, 1, Topic, QualityOfService.AtMostOnce));
        _publisher.Flush();
        _subscriber.Flush();
    }

    public int SentCount { get; private set; }

    public int ReceivedCount => _latencies.Count;

    public bool IsOpen => _publisher.IsOpen && _subscriber.IsOpen;

    // Of what has come since the last Begin.
    public TimeSpan Percentile(double share)
    {
        if (_latencies.Count == 0)
        {
            return TimeSpan.MaxValue;
        }

        _latencies.Sort();
        return _latencies[(int)(share * (_latencies.Count - 1))];
    }

    public void Begin()
    {
        _begun = Stopwatch.GetTimestamp();
        _latencies.Clear();
        SentCount = 0;
    }

    // Often: between two calls nothing is sent and nothing is noticed.
    public void Turn(bool sends)
    {
        if (sends && Stopwatch.GetElapsedTime(_lastSent) >= Interval)
        {
            _lastSent = Stopwatch.GetTimestamp();
            byte[] payload = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(payload, _lastSent);
            _publisher.Send(Packets.Publish(Version, Topic, payload, default));
            SentCount++;
        }

        _publisher.Receive();
        while (_publisher.TryRead(Version, out _, out _))
        {
        }

        _publisher.Flush();
        _subscriber.Receive();
        while (_subscriber.TryRead(Version, out FixedHeader header, out ReadOnlySpan<byte> body))
        {
            if (header.Type == PacketType.Publish
                && PublishPacket.Read(header, body, Version, out PublishPacket packet) == ReasonCode.Success)
            {
                Note(BinaryPrimitives.ReadInt64LittleEndian(packet.Payload));
            }
        }
    }

    private void Note(long sent)
    {
        if (sent >= _begun)
        {
            _latencies.Add(Stopwatch.GetElapsedTime(sent));
        }
    }

    public void Dispose()
    {
        _publisher.Dispose();
        _subscriber.Dispose();
    }
}
