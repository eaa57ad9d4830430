// Somebody waits for what he publishes: for room in the buffer, or until a QoS 1 or 2 message is routed and durable.
// The source of the ValueTask that PublishAsync returns; used again when its result was taken.
//
// Who completes it: the dispatcher, the broker's end, or a cancellation, whoever exchanges Pending first. A cancelled
// ticket is never used again, since the dispatcher may still hold it: what it does then finds the exchange lost.
// Continuations run on the thread pool, never on the dispatcher.

using System.Threading.Tasks.Sources;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

internal sealed class PublishTicket : IValueTaskSource<ReasonCode>
{
    private const int Pending = 0;
    private const int Completed = 1;
    private const int Cancelled = 2;

    private readonly PublishBuffer _home;
    private ManualResetValueTaskSourceCore<ReasonCode> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private int _state;

    public PublishTicket(PublishBuffer home)
    {
        _home = home;
        OnKept = () => home.OnKept(this);
    }

    /// <summary>Runs when what it waits for is durable. Made once.</summary>
    public Action OnKept { get; }

    /// <summary>Its place among those that wait for room; null: it does not. Under the buffer's lock.</summary>
    public LinkedListNode<WaitingPublish>? Waiting { get; set; }

    /// <summary>What an acknowledgement would say, once it is routed. The dispatcher's.</summary>
    public ReasonCode Reason { get; set; }

    /// <summary>Its place among those that wait for the disk. The dispatcher's.</summary>
    public int Place { get; set; }

    public ValueTask<ReasonCode> Task => new(this, _core.Version);

    /// <summary>By its caller, before the task is handed out.</summary>
    public void CancelWith(CancellationToken cancellation)
    {
        if (cancellation.CanBeCanceled)
        {
            _registration = cancellation.UnsafeRegister(
                static (ticket, token) => ((PublishTicket)ticket!).Cancel(token), this);
        }
    }

    public void Complete(ReasonCode reason)
    {
        if (Interlocked.CompareExchange(ref _state, Completed, Pending) == Pending)
        {
            _core.SetResult(reason);
        }
    }

    public void Fail(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _state, Completed, Pending) == Pending)
        {
            _core.SetException(exception);
        }
    }

    public ReasonCode GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _registration.Dispose(); // waits for a callback that runs: afterwards nobody cancels any more
            _registration = default;
            if (Volatile.Read(ref _state) == Completed)
            {
                _core.Reset();
                Volatile.Write(ref _state, Pending);
                _home.GiveBack(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken cancellation)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Pending) == Pending)
        {
            _home.Withdraw(this);
            _core.SetException(new OperationCanceledException(cancellation));
        }
    }
}
