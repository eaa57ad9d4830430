// One question about a client that is connected or on its way in: who is it, or the next step of an exchange, or may it
// publish there. The client is not read until the answer is there; one that goes meanwhile cancels it.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Access;

internal abstract class AccessTask(Dispatcher dispatcher, Client client) : OffDispatcherTask(dispatcher)
{
    protected Client Client => client;

    public void Start()
    {
        client.IsAsking = true;
        Authentication authentication = client.Authentication ??= new Authentication();
        authentication.Task = Cancellation;
        Queue();
    }

    /// <summary>On the dispatcher: the answer has come.</summary>
    public sealed override void Run(Dispatcher dispatcher)
    {
        if (client.Authentication is { } authentication && ReferenceEquals(authentication.Task, Cancellation))
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

    /// <summary>Takes the answer to the client; on the dispatcher.</summary>
    protected abstract void OnAnswered(Dispatcher dispatcher);
}
