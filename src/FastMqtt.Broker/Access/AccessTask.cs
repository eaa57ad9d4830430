// One question about a client that takes time: who is it, or the next step of an exchange, or may it publish there.
// Runs on the thread pool; a dispatcher only starts it and gets the answer through its inbox. Whatever goes wrong is a
// refusal, logged: nobody comes in because something failed.

using System.Diagnostics.CodeAnalysis;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

[SuppressMessage("Design", "CA1001", Justification = "A source without timer or wait handle holds nothing.")]
internal abstract class AccessTask(Dispatcher dispatcher, Client client) : InboxItem, IThreadPoolWorkItem
{
    private readonly CancellationTokenSource _cancellation = new();

    protected Client Client => client;

    protected BrokerState Shared => dispatcher.Shared;

    public void Start()
    {
        client.IsAsking = true;
        Authentication authentication = client.Authentication ??= new Authentication();
        authentication.Task = _cancellation;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _ = WorkAndPostAsync();

    /// <summary>On the dispatcher: the answer has come.</summary>
    public sealed override void Run(Dispatcher dispatcher)
    {
        if (client.Authentication is { } authentication && ReferenceEquals(authentication.Task, _cancellation))
        {
            authentication.Task = null;
        }

        client.IsAsking = false;
        if (client.State > ClientState.Connected)
        {
            return; // it did not wait
        }

        OnAnswered(dispatcher);
        if (client.State <= ClientState.Connected)
        {
            dispatcher.Reader.Add(client);
        }
    }

    /// <summary>Finds the answer; off the dispatcher.</summary>
    protected abstract ValueTask WorkAsync(CancellationToken cancellation);

    /// <summary>The work has failed: what the answer is then.</summary>
    protected abstract void Fail();

    /// <summary>Takes the answer to the client; on the dispatcher.</summary>
    protected abstract void OnAnswered(Dispatcher dispatcher);

    private async Task WorkAndPostAsync()
    {
#pragma warning disable CA1031 // Authenticators are other people's code: any fault of theirs is a refusal.
        try
        {
            await WorkAsync(_cancellation.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
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
