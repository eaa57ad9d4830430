// The TLS handshakes of one dispatcher's clients: begins them, and says what became of those that failed. A silent
// connection costs nothing but its descriptor: OpenSSL is asked for nothing before the client has said something.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Handshakes(Dispatcher dispatcher)
{
    private LogAllowance _refusals = new(Limits.LogLinesPerSecond);
    private LogAllowance _failures = new(Limits.LogLinesPerSecond);

    /// <summary>
    /// The client's socket speaks TLS from its next byte on; it counts as silent until the handshake is done. False:
    /// as many as may be are under way; the connection is being closed, which has cost no TLS yet.
    /// </summary>
    public bool TryBegin(Client client)
    {
        if (dispatcher.Shared.Handshakes.Gate.TryEnter())
        {
            Begin(client);
            return true;
        }

        dispatcher.Metrics.HandshakesRefused++;
        if (_refusals.TryTake(dispatcher.Now, out long skipped))
        {
            string peer = client.Connection.Peer.ToString();
            dispatcher.Shared.Log.TooManyHandshakes(peer, dispatcher.Options.MaximumHandshakes, skipped);
        }

        dispatcher.Connections.Close(client);
        return false;
    }

    private void Begin(Client client)
    {
        TlsContext context = client.Listener.Tls!;
        TlsStream stream = context.Accept(
            dispatcher.Poller, client.Connection.Handle, dispatcher.Shared.Handshakes.Gate);
        stream.Driver = new Handshake(dispatcher, client, stream);
        client.Connection.Replace(stream);
        client.State = ClientState.Handshaking;
    }

    /// <summary>The socket of a client in its handshake is ready.</summary>
    public static void Continue(Client client)
    {
        if (client.State == ClientState.Handshaking
            && client.Connection.Stream is TlsStream { Driver: Handshake handshake })
        {
            handshake.Continue();
        }
    }

    public void OnFailed(Handshake handshake)
    {
        Client client = handshake.Client;
        handshake.Stream.BeginEnd();
        dispatcher.Metrics.HandshakesFailed++;
        if (_failures.TryTake(dispatcher.Now, out long skipped))
        {
            string peer = client.Connection.Peer.ToString();
            dispatcher.Shared.Log.HandshakeFailed(peer, handshake.Stream.Failure, client.Listener.Name, skipped);
        }

        client.Linger = true; // the alert says why: a reset would destroy it on its way
        dispatcher.Connections.Close(client);
    }
}
