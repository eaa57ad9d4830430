// Checks every PUBLISH that arrives: header, topic, publisher, sequence number, content. Damage ends the run; loss,
// repetition and wrong order are counted. What many messages of one receive have in common (publisher, send time) is
// accounted for once per stretch, so that a message costs its comparisons and little else.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Engine;

internal sealed class DeliveryCheck
{
    private const int QoSShift = 1;
    private const int QoSMask = 3;
    private const int NoPublisher = -1;

    private readonly LoadOptions _options;
    private readonly LoadLoop _loop;
    private readonly LoadCounters _counters;
    private readonly MessagePayload _payload;
    private readonly bool _isVersion5;
    private readonly TopicPlan _topics;
    private readonly int _retain;
    private readonly int _qos;
    private IReadOnlyList<LoadClient> _publishers = [];

    // The stretch: messages of one publisher behind each other, and within it those of one send time.
    private Subscriber _subscriber = new(0, 0, 0);
    private LoadClient? _client;
    private ExpectedFrame? _expected;
    private byte[] _topic = [];
    private int _publisher = NoPublisher;
    private uint _last;
    private int _count;
    private long _timestamp;
    private byte _mixed;
    private int _timestampCount;
    private long _now;

    public DeliveryCheck(LoadOptions options, LoadLoop loop)
    {
        _options = options;
        _loop = loop;
        _counters = loop.Counters;
        _payload = new MessagePayload(options.PayloadBytes);
        _isVersion5 = options.Version == ProtocolVersion.Mqtt5;
        _topics = new TopicPlan(options);
        IsNumbered = options.Numbering != Numbering.None;
        IsEachToAll = options.Pattern != TopicPattern.Share && !IsNumbered;
        _retain = options.Mode == LoadMode.Retained ? 1 : 0;
        _qos = (int)options.DeliveryQoS;
    }

    /// <summary>Every message is looked at closely: a run of them has no common topic.</summary>
    public bool IsNumbered { get; }

    /// <summary>Each message goes to all who hear its publisher: then a gap in the numbers is a loss.</summary>
    public bool IsEachToAll { get; }

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Messages sent before this are not in the histogram; 0: all are.</summary>
    public long RecordFrom { get; set; } = long.MaxValue;

    public void Use(IReadOnlyList<LoadClient> publishers) => _publishers = publishers;

    public void Begin(Subscriber subscriber, long now)
    {
        _subscriber = subscriber;
        _now = now;
    }

    /// <summary>
    /// Takes as many messages as the bytes begin with that follow the last one: same publisher, next number. Returns
    /// how many. What stops it (the end, another publisher, anything wrong) is for the caller to look at closely.
    /// </summary>
    public int TakeRun(ReadOnlySpan<byte> bytes, Span<byte> acknowledgements, uint acknowledgement)
    {
        if (_publisher == NoPublisher)
        {
            Turn(_subscriber.LastPublisher);
        }

        ExpectedFrame expected = _expected!;
        int length = expected.Length;
        int payloadOffset = expected.PayloadOffset;
        uint last = _last;
        int taken = 0;
        while (expected.Matches(bytes))
        {
            ReadOnlySpan<byte> payload = bytes[payloadOffset..length];
            uint sequence = MessagePayload.SequenceOf(payload);
            long timestamp = MessagePayload.TimestampOf(payload);
            if (timestamp != _timestamp)
            {
                EndTimestamp();
                CheckTimestamp(timestamp);
                _timestamp = timestamp;
                _mixed = MessagePayload.Mix(timestamp);
            }

            if (sequence != last + 1 || (expected.HasLastByte && payload[^1] != (byte)(sequence + _mixed)))
            {
                break;
            }

            last = sequence;
            if (acknowledgement != 0)
            {
                ushort identifier = BinaryPrimitives.ReadUInt16BigEndian(bytes[expected.IdentifierOffset..]);
                BinaryPrimitives.WriteUInt32BigEndian(acknowledgements, acknowledgement | identifier);
                acknowledgements = acknowledgements[sizeof(uint)..];
            }

            bytes = bytes[length..];
            _timestampCount++;
            taken++;
        }

        _last = last;
        _count += taken;
        return taken;
    }

    /// <summary>Bytes of one message in the present run.</summary>
    public int RunFrameBytes => _expected!.Length;

    /// <summary>Takes one PUBLISH without its fixed header; returns its Packet Identifier, 0 at QoS 0.</summary>
    public ushort Take(byte first, ReadOnlySpan<byte> body)
    {
        int topicLength = body.Length >= sizeof(ushort) ? BinaryPrimitives.ReadUInt16BigEndian(body) : int.MaxValue;
        int offset = sizeof(ushort) + topicLength;
        int qos = (first >> QoSShift) & QoSMask;
        ushort identifier = 0;
        if (qos != 0 && offset + sizeof(ushort) <= body.Length)
        {
            identifier = BinaryPrimitives.ReadUInt16BigEndian(body[offset..]);
            offset += sizeof(ushort);
        }

        if (_isVersion5)
        {
            offset = SkipProperties(body, offset);
        }

        if ((uint)offset > (uint)body.Length || qos != _qos || (first & 1) != _retain || (qos != 0 && identifier == 0))
        {
            FailHeader(first, body);
        }

        if (!_payload.TryRead(body[offset..], out int publisher, out uint sequence, out long timestamp))
        {
            FailPayload(body.Length - offset);
        }

        if (publisher != _publisher)
        {
            Turn(publisher);
        }

        ReadOnlySpan<byte> topic = body.Slice(sizeof(ushort), topicLength);
        if (IsNumbered ? !IsMine(topic, sequence) : !topic.SequenceEqual(_topic))
        {
            FailTopic(topic);
        }

        if (_subscriber.Seen is bool[] seen)
        {
            CountSeen(seen, sequence);
        }
        else if (sequence == _last + 1)
        {
            _last = sequence;
        }
        else
        {
            CountDisorder(sequence);
        }

        if (timestamp != _timestamp)
        {
            EndTimestamp();
            CheckTimestamp(timestamp);
            _timestamp = timestamp;
            _mixed = MessagePayload.Mix(timestamp);
        }

        _timestampCount++;
        _count++;
        return identifier;
    }

    /// <summary>Accounts for what one receive has brought.</summary>
    public void End()
    {
        EndPublisher();
        _publisher = NoPublisher;
    }

    private void Turn(int publisher)
    {
        EndPublisher();
        if (!_subscriber.Hears(publisher))
        {
            throw new BenchException($"publisher {publisher} was heard by a subscriber that did not ask for it");
        }

        _publisher = publisher;
        _client = _publishers[publisher];
        _topic = _client.Publisher!.Topic;
        _expected = _client.Publisher.Expected;
        _subscriber.LastPublisher = publisher;
        _last = _subscriber.LastOf(publisher);
    }

    private void EndPublisher()
    {
        EndTimestamp();
        if (_count == 0)
        {
            return;
        }

        _subscriber.LastOf(_publisher) = _last;
        _subscriber.Received += _count;
        _counters.Received += _count;
        _counters.LastReceived = _now;
        _client!.Publisher!.CountDeliveries(_count);
        _count = 0;
        _loop.MarkReadyIfWaiting(_client);
    }

    private void EndTimestamp()
    {
        if (_timestampCount > 0 && _timestamp >= RecordFrom)
        {
            Latencies.Add(_now - _timestamp, _timestampCount);
        }

        _timestampCount = 0;
    }

    // The number in a topic decides who should have the message; the last byte of the topic is not ours to know.
    private bool IsMine(ReadOnlySpan<byte> topic, uint sequence)
    {
        int number = _topics.ReadDigits(topic);
        return topic.Length == _topic.Length && number >= 0 && number < _options.Numbers
            && (_subscriber.Seen is null
                ? number % _options.Subscribers == _subscriber.Index
                : number == sequence - 1);
    }

    private void CountSeen(bool[] seen, uint sequence)
    {
        _counters.Repeated += seen[sequence - 1] ? 1 : 0;
        seen[sequence - 1] = true;
    }

    private void CountDisorder(uint sequence)
    {
        if (sequence > _last)
        {
            // Of a Shared Subscription each subscriber sees only a part: the sum over all must be whole.
            _counters.Lost += IsEachToAll ? sequence - _last - 1 : 0;
            _last = sequence;
        }
        else if (sequence == _last)
        {
            _counters.Repeated++;
        }
        else
        {
            _counters.Reordered++;
        }
    }

    private void CheckTimestamp(long timestamp)
    {
        if (timestamp < _loop.Started || timestamp > _now)
        {
            throw new BenchException($"damaged message: its time is not one of this run (publisher {_publisher})");
        }
    }

    private static int SkipProperties(ReadOnlySpan<byte> body, int offset)
    {
        if ((uint)offset >= (uint)body.Length)
        {
            return int.MaxValue;
        }

        return body[offset] == 0
            ? offset + 1
            : VariableByteInteger.TryRead(body[offset..], out uint properties, out int length) == FrameResult.Complete
                ? (int)Math.Min(offset + length + (long)properties, int.MaxValue)
                : int.MaxValue;
    }

    [DoesNotReturn]
    private void FailHeader(byte first, ReadOnlySpan<byte> body) => throw new BenchException(
        $"damaged message: a PUBLISH with the first byte 0x{first:x2} and {body.Length} bytes, QoS {_qos} expected");

    [DoesNotReturn]
    private void FailPayload(int size) => throw new BenchException(size == _options.PayloadBytes
        ? "damaged message: not the payload that was sent"
        : $"damaged message: a payload of {size} bytes instead of {_options.PayloadBytes}");

    [DoesNotReturn]
    private void FailTopic(ReadOnlySpan<byte> topic) => throw new BenchException(
        $"a message of publisher {_publisher} arrived with the topic {System.Text.Encoding.UTF8.GetString(topic)}");
}
