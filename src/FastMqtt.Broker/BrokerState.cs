// What all dispatchers of a broker share. Everything here is either read-only after start or safe for many threads by
// its own protocol (SubscriptionIndex, RetainedMessages, inboxes).

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Topics;
using FastMqtt.Transport;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker;

internal sealed class BrokerState
{
    private readonly long _startTimestamp;
    private volatile BrokerOptions _options;
    private long _compactedAt;
    private int _connections;
    private int _turn;
    private readonly TopicHasher _clientHasher;
    private readonly long _unixOffset;

    /// <param name="options">What the operator has chosen.</param>
    /// <param name="log">Where lines go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="dispatchers">How many there will be.</param>
    /// <param name="store">What survives the process; null: nothing.</param>
    public BrokerState(
        BrokerOptions options, ILogger log, TimeProvider time, int dispatchers, IStore? store = null)
    {
        _clientHasher = new TopicHasher(store?.Key ?? SystemRandom.NextUInt64());
        _unixOffset = time.GetUtcNow().ToUnixTimeMilliseconds() - 1;
        Writer = store is null ? null : new StoreWriter(this, store, options.Persistence!);
        _options = options;
        Log = log;
        Time = time;
        FailedLogins = new FailedLogins(time);
        _startTimestamp = time.GetTimestamp();
        Subscriptions = new SubscriptionIndex(dispatchers, SystemRandom.NextUInt64());
        Dispatchers = new Dispatcher[dispatchers];
        Handshakes = new HandshakeWorkers(options.MaximumHandshakes);
        TlsFiles = new TlsReloader(log);
    }

    /// <summary>Replaced as a whole while the broker runs; who reads it twice may see two versions.</summary>
    public BrokerOptions Options
    {
        get => _options;
        set => _options = value;
    }

    public ILogger Log { get; }

    public TimeProvider Time { get; }

    public FailedLogins FailedLogins { get; }

    public SubscriptionIndex Subscriptions { get; }

    public RetainedMessages Retained { get; } = new(SystemRandom.NextUInt64());

    public Dispatcher[] Dispatchers { get; }

    /// <summary>Saves what must survive the process; null: nothing does.</summary>
    public StoreWriter? Writer { get; }

    /// <summary>Messages that were in the middle of everything when the broker ended; null: none.</summary>
    public HalfDelivered? HalfDelivered { get; set; }

    public HandshakeWorkers Handshakes { get; }

    public TlsReloader TlsFiles { get; }

    /// <summary>The broker's clock: milliseconds since it was made, from 1 on: 0 means never. Monotonic.</summary>
    public long Milliseconds() => 1 + (long)Time.GetElapsedTime(_startTimestamp).TotalMilliseconds;

    /// <summary>A time of the broker's clock in milliseconds since 1970, as the clock stood at the start.</summary>
    public long ToUnix(long milliseconds) => milliseconds + _unixOffset;

    /// <summary>The other way; what was before the start is negative.</summary>
    public long FromUnix(long unixMilliseconds) => unixMilliseconds - _unixOffset;

    /// <summary>Like <see cref="FromUnix"/>, for the end of a message: never 0, which means never.</summary>
    public long ExpiryFromUnix(long unixMilliseconds) => Math.Max(FromUnix(unixMilliseconds), 1);

    /// <summary>The clock at its full precision; only differences mean something.</summary>
    public long Timestamp() => Time.GetTimestamp();

    /// <summary>A time as a difference of <see cref="Timestamp"/>s.</summary>
    public long TimestampsOf(TimeSpan time) => (long)(time.TotalSeconds * Time.TimestampFrequency);

    /// <summary>
    /// A number that stands for a Client Identifier as long as the store lives, whatever sessions it has. Never 0.
    /// Keyed: a client cannot choose an identifier that has another's number.
    /// </summary>
    public ulong NumberOf(ReadOnlySpan<byte> clientIdentifier) => _clientHasher.Hash(clientIdentifier) | 1;

    /// <summary>The next dispatcher in turn, for what may live on any. From any thread.</summary>
    public Dispatcher TakeTurn() => Dispatchers[(uint)Interlocked.Increment(ref _turn) % (uint)Dispatchers.Length];

    /// <summary>Counts a connection of any listener against MaximumConnections; false: there are as many.</summary>
    public bool TryEnter()
    {
        int most = Options.MaximumConnections;
        if (Interlocked.Increment(ref _connections) > most && most > 0)
        {
            Interlocked.Decrement(ref _connections);
            return false;
        }

        return true;
    }

    public void Leave() => Interlocked.Decrement(ref _connections);

    /// <summary>
    /// Whether the caller should compact the heap, which serves all dispatchers: nobody has since that moment.
    /// </summary>
    public bool TryTakeCompaction(long sinceMilliseconds, long nowMilliseconds)
    {
        long last = Volatile.Read(ref _compactedAt);
        return last < sinceMilliseconds
            && Interlocked.CompareExchange(ref _compactedAt, nowMilliseconds, last) == last;
    }

    /// <summary>Sum of the dispatchers' counters, each read while its owner writes it: figures, not accounts.</summary>
    public BrokerMetrics Sum()
    {
        var sum = new BrokerMetrics();
        foreach (Dispatcher dispatcher in Dispatchers)
        {
            sum.Add(dispatcher.Metrics);
        }

        return sum;
    }
}
