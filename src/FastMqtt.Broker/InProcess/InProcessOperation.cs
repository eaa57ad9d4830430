// Something that is to be done to a subscription on its dispatcher, and that somebody waits for: it runs once, or it
// fails because the dispatcher has ended. Continuations run on the thread pool.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.InProcess;

internal abstract class InProcessOperation : InboxItem
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => _done.Task;

    public sealed override void Run(Dispatcher dispatcher)
    {
        dispatcher.InProcess.Begin(this);
        if (Do(dispatcher) is { } exception)
        {
            _done.SetException(exception);
        }
        else
        {
            _done.SetResult();
        }
    }

    /// <summary>The dispatcher has ended without it.</summary>
    public abstract void Fail();

    /// <summary>On the dispatcher. What it returns is why it could not be done; null: done.</summary>
    protected abstract Exception? Do(Dispatcher dispatcher);

    protected void Finish(Exception? exception)
    {
        if (exception is null)
        {
            _done.TrySetResult();
        }
        else
        {
            _done.TrySetException(exception);
        }
    }
}
