// Work that takes time and that a dispatcher only starts: it runs on the thread pool and comes back through the
// dispatcher's inbox. Whatever goes wrong is a no, logged: nobody gets anything because something failed.

using System.Diagnostics.CodeAnalysis;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Access;

[SuppressMessage("Design", "CA1001", Justification = "A source without timer or wait handle holds nothing.")]
internal abstract class OffDispatcherTask(Dispatcher dispatcher) : InboxItem, IThreadPoolWorkItem
{
    protected CancellationTokenSource Cancellation { get; } = new();

    protected BrokerState Shared => dispatcher.Shared;

    void IThreadPoolWorkItem.Execute() => _ = WorkAndPostAsync();

    protected void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    /// <summary>Finds the answer; off the dispatcher.</summary>
    protected abstract ValueTask WorkAsync(CancellationToken cancellation);

    /// <summary>The work has failed: what the answer is then.</summary>
    protected abstract void Fail();

    private async Task WorkAndPostAsync()
    {
#pragma warning disable CA1031 // Authenticators and rules are other people's code: any fault of theirs is a no.
        try
        {
            await WorkAsync(Cancellation.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (Cancellation.IsCancellationRequested)
        {
            // The client has gone; the answer finds that out.
        }
        catch (Exception exception)
        {
            Shared.Log.AuthenticationFailed(exception);
            Fail();
        }
#pragma warning restore CA1031

        dispatcher.Inbox.Post(this);
    }
}
