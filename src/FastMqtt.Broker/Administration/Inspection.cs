// A question that dispatchers answer in slices, so that none of them is held up: an item that goes into the inbox of a
// dispatcher again until it is done there, and from one dispatcher to the next. It belongs to whichever dispatcher runs
// it; the inboxes order one slice after the other. Who asked goes on elsewhere, never on a dispatcher.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Administration;

internal abstract class Inspection<T>(CancellationToken cancellation) : InboxItem
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    /// <summary>Slices until now: each is a command of its own in an inbox.</summary>
    public int Slices { get; private set; }

    public override void Run(Dispatcher dispatcher)
    {
        Slices++;
        if (cancellation.IsCancellationRequested)
        {
            _answer.TrySetCanceled(cancellation);
            return;
        }

        Next(dispatcher)?.Inbox.Post(this);
    }

    /// <summary>One slice.</summary>
    /// <returns>Whose turn is next; null: nobody's, it is done, or goes on by itself.</returns>
    protected abstract Dispatcher? Next(Dispatcher dispatcher);

    protected void Complete(T answer) => _answer.TrySetResult(answer);

    /// <summary>Completes when what was changed until now is durable.</summary>
    protected void CompleteDurably(Dispatcher dispatcher, T answer)
    {
        if (dispatcher.Journal is { } journal)
        {
            journal.AfterCommit(() => Complete(answer));
            journal.BecomeDue(); // a host that intervenes does not wait for the store's interval
        }
        else
        {
            Complete(answer);
        }
    }
}
