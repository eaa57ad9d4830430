// The in-process clients' part of one dispatcher: what they publish to it, and the subscriptions that live on it. Made
// with the dispatcher, ends with it.
//
// Who owns what. The index may only be changed on a subscription's own dispatcher, so whoever subscribes or ends a
// subscription posts an operation and waits for it. The list of operations that have not run is under the lock, from
// any thread; subscriptions are the dispatcher's own.
// The end. Drain stops what is published (Close). When the dispatcher ends, Dispose lets every operation fail and every
// stream end; what comes after that fails at once, so nobody waits for a dispatcher that is gone.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.InProcess;

internal sealed class InProcessClients(Dispatcher dispatcher)
{
    private readonly Lock _lock = new();
    private readonly HashSet<InProcessOperation> _operations = [];
    private readonly HashSet<InProcessSubscription> _subscriptions = [];
    private LogAllowance _faultLines = new(Limits.LogLinesPerSecond);
    private bool _isClosed;

    public PublishBuffer Publishes { get; } = new(dispatcher);

    /// <summary>Subscriptions that live here.</summary>
    public int Count => _subscriptions.Count;

    /// <summary>Has an operation run on the dispatcher; one that comes too late fails at once. Any thread.</summary>
    public void Post(InProcessOperation operation)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                _operations.Add(operation);
                dispatcher.Inbox.Post(operation);
                return;
            }
        }

        operation.Fail();
    }

    /// <summary>The operation runs now.</summary>
    public void Begin(InProcessOperation operation)
    {
        lock (_lock)
        {
            _operations.Remove(operation);
        }
    }

    public void Add(InProcessSubscription subscription) => _subscriptions.Add(subscription);

    public void Remove(InProcessSubscription subscription) => _subscriptions.Remove(subscription);

    /// <summary>A handler has thrown: counted, and logged as often as a person reads.</summary>
    public void OnFault(InProcessSubscription subscription, Exception exception)
    {
        dispatcher.Metrics.HandlerFaults++;
        if (_faultLines.TryTake(dispatcher.Now, out long skipped))
        {
            dispatcher.Shared.Log.HandlerFailed(subscription.TopicFilter, skipped, exception);
        }
    }

    /// <summary>The broker stops: nothing more is published, subscriptions get what is on its way.</summary>
    public void Close() => Publishes.Close();

    /// <summary>The dispatcher has ended.</summary>
    public void Dispose()
    {
        Publishes.Dispose();
        InProcessOperation[] left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _operations];
            _operations.Clear();
        }

        foreach (InProcessOperation operation in left)
        {
            operation.Fail();
        }

        foreach (InProcessSubscription subscription in _subscriptions)
        {
            subscription.OnBrokerEnded();
        }

        _subscriptions.Clear();
    }
}
