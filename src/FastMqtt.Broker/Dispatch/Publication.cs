// An application message that outlives the tick it arrived in: queued, in flight, retained, a will, or on its way to
// another dispatcher. One counted slab holds topic, properties and payload as they came off the wire.
//
// Ownership: whoever stores a publication owns one reference and releases it through the pool of the dispatcher it runs
// on; from there it goes home to the pool that made it. Content is written before the first reference is shared and
// never after, so readers need no lock. Only a holder adds references, so one that reads a count of one is alone: no
// interlocked operation is needed then, which saves two of the three that a QoS 1 message to one subscriber would take.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Persistence;
using FastMqtt.Protocol;
using FastMqtt.Transport.Buffers;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Publication(PublicationPool home) : IReturnable<Publication>
{
    private Slab? _slab;
    private int _references;
    private int _topicBytes;
    private int _propertiesBytes;
    private int _payloadBytes;

    /// <summary>The pool of the dispatcher that made it, to which it goes back wherever it ends.</summary>
    public PublicationPool Home { get; } = home;

    public Publication? NextReturned { get; set; }

    public QualityOfService QoS { get; private set; }

    public bool Retain { get; private set; }

    /// <summary>
    /// Milliseconds on the broker's clock; <see cref="long.MaxValue"/> when the message does not expire.
    /// </summary>
    public long ExpiresAtMilliseconds { get; private set; }

    /// <summary>Number of the client that published it, for No Local. 0: the broker itself.</summary>
    public ulong Publisher { get; private set; }

    /// <summary>Of a QoS 2 message whose publisher's session is stored.</summary>
    public Exchange Exchange { get; private set; }

    /// <summary>Rules of the client that published a retained message; null: none.</summary>
    public SessionAccess? Source { get; private set; }

    /// <summary>Its bytes are read soon.</summary>
    public void Prefetch() => _slab!.Prefetch();

    public ReadOnlySpan<byte> Topic => _slab!.Span[.._topicBytes];

    /// <summary>
    /// Raw MQTT 5.0 properties that are forwarded unchanged: no Topic Alias, no Message Expiry Interval.
    /// </summary>
    public ReadOnlySpan<byte> Properties => _slab!.Span.Slice(_topicBytes, _propertiesBytes);

    public ReadOnlySpan<byte> Payload => _slab!.Span.Slice(PayloadOffset, _payloadBytes);

    /// <summary>Bytes it counts as in queue limits.</summary>
    public int PayloadBytes => _payloadBytes;

    public int Bytes => _topicBytes + _propertiesBytes + _payloadBytes;

    internal int References => Volatile.Read(ref _references);

    internal Slab Slab => _slab!;

    internal int PayloadOffset => _topicBytes + _propertiesBytes;

    public bool HasExpired(long nowMilliseconds) => nowMilliseconds >= ExpiresAtMilliseconds;

    public void AddReference()
    {
        System.Diagnostics.Debug.Assert(References > 0, "a publication without references was used");
        if (Volatile.Read(ref _references) == 1)
        {
            _references = 2;
        }
        else
        {
            Interlocked.Increment(ref _references);
        }
    }

    /// <summary>Drops one reference; true when it was the last and the publication goes back to a pool.</summary>
    internal bool DropReference()
    {
        System.Diagnostics.Debug.Assert(References > 0, "a publication was released twice");
        if (Volatile.Read(ref _references) == 1)
        {
            _references = 0;
            return true;
        }

        return Interlocked.Decrement(ref _references) == 0;
    }

    internal void Fill(Slab slab, in Message message)
    {
        message.Topic.CopyTo(slab.Span);
        message.Properties.CopyTo(slab.Span[message.Topic.Length..]);
        message.Payload.CopyTo(slab.Span[(message.Topic.Length + message.Properties.Length)..]);
        _slab = slab;
        _topicBytes = message.Topic.Length;
        _propertiesBytes = message.Properties.Length;
        _payloadBytes = message.Payload.Length;
        QoS = message.QoS;
        Retain = message.Retain;
        ExpiresAtMilliseconds = message.ExpiresAtMilliseconds;
        Publisher = message.Publisher;
        Exchange = message.Exchange;
        Source = message.Source;
        Volatile.Write(ref _references, 1);
    }

    internal Slab Empty()
    {
        Slab slab = _slab!;
        _slab = null;
        Source = null;
        return slab;
    }

    /// <summary>A will message's clock starts when it is published, not when it was handed over in CONNECT.</summary>
    internal void StartExpiry(long expiresAtMilliseconds)
    {
        System.Diagnostics.Debug.Assert(References == 1, "only the sole owner may set the expiry");
        ExpiresAtMilliseconds = expiresAtMilliseconds;
    }
}
