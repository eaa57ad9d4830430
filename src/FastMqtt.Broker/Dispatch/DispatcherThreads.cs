// The dispatchers of a broker on their threads: started once, told what to do through their inboxes, ended by a drain.
// A dispatcher that faults is logged, and told to whoever waits for that; the others go on.

using FastMqtt.Broker.Diagnostics;

namespace FastMqtt.Broker.Dispatch;

internal sealed class DispatcherThreads(BrokerState state)
{
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    /// <summary>Completes with an exception when a dispatcher ended by a fault; never completes otherwise.</summary>
    public Task Failed => _failed.Task;

    /// <summary>Completes when all of them have ended.</summary>
    public Task Ended => _ended.Task;

    public void Start()
    {
        _running = state.Dispatchers.Length;
        foreach (Dispatcher dispatcher in state.Dispatchers)
        {
            new Thread(() => Run(dispatcher)) { Name = $"dispatcher {dispatcher.Id}" }.Start();
        }
    }

    /// <summary>Completes when every dispatcher has done it, or when the broker has ended.</summary>
    public async Task EveryAsync(Action<Dispatcher> action)
    {
        Task[] posted = Array.ConvertAll(state.Dispatchers, dispatcher =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            dispatcher.Inbox.Post(new Command(d =>
            {
                action(d);
                done.SetResult();
            }));
            return (Task)done.Task;
        });
        await Task.WhenAny(Task.WhenAll(posted), Ended).ConfigureAwait(false);
    }

    public void Drain(TimeSpan limit)
    {
        foreach (Dispatcher dispatcher in state.Dispatchers)
        {
            dispatcher.Inbox.Post(new Command(d => d.Drain(limit)));
        }
    }

    private void Run(Dispatcher dispatcher)
    {
#pragma warning disable CA1031 // The last frame of the thread: a fault must end in the log and stop the broker.
        try
        {
            using (dispatcher) // closing what a fault left behind may fault too
            {
                dispatcher.Run();
            }
        }
        catch (Exception exception)
        {
            _failed.TrySetException(exception);
            state.Log.DispatcherFailed(dispatcher.Id, exception);
        }
#pragma warning restore CA1031
        finally
        {
            if (Interlocked.Decrement(ref _running) == 0)
            {
                _ended.TrySetResult();
            }
        }
    }
}
