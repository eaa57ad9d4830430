// What all dispatchers of a broker share. Everything here is either read-only after start or safe for many threads by
// its own protocol (SubscriptionIndex, RetainedMessages, inboxes).

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Topics;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker;

internal sealed class BrokerState
{
    private readonly TimeProvider _time;
    private readonly long _startTimestamp;
    private long _sessionNumber;

    public BrokerState(BrokerOptions options, ILogger log, TimeProvider time, int dispatchers)
    {
        Options = options;
        Log = log;
        _time = time;
        _startTimestamp = time.GetTimestamp();
        Subscriptions = new SubscriptionIndex(dispatchers, (ulong)Random.Shared.NextInt64());
        Dispatchers = new Dispatcher[dispatchers];
    }

    public BrokerOptions Options { get; }

    public ILogger Log { get; }

    public SubscriptionIndex Subscriptions { get; }

    public RetainedMessages Retained { get; } = new((ulong)Random.Shared.NextInt64());

    public Dispatcher[] Dispatchers { get; }

    /// <summary>The broker's clock: milliseconds since it was made. Monotonic.</summary>
    public long Milliseconds() => (long)_time.GetElapsedTime(_startTimestamp).TotalMilliseconds;

    public ulong NextSessionNumber() => (ulong)Interlocked.Increment(ref _sessionNumber);

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
