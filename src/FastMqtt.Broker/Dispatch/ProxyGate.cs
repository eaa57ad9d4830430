// The PROXY protocol header of one dispatcher's connections, before MQTT or TLS begins. The header is peeked until it
// is whole and then taken to the byte: whoever reads the socket next finds what the client itself sent. No header
// within the time for a CONNECT, or anything else in its place: closed.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class ProxyGate(Dispatcher dispatcher)
{
    private readonly byte[] _head = new byte[ProxyHeader.BytesMax];

    /// <summary>Whether the peer may open connections with a header on this listener.</summary>
    public static bool Trusts(Listener listener, PeerAddress peer)
    {
        if (listener.TrustedProxies.Length == 0 || peer.IsLocalSocket)
        {
            return true; // who may use a unix socket is a matter of its permissions
        }

        if (peer.ToIPAddress() is not { } address)
        {
            return false;
        }

        foreach (System.Net.IPNetwork network in listener.TrustedProxies)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// True: the header has been taken and the client's address is known; what comes next is the client's. False: it
    /// is not whole yet, or the connection is being closed.
    /// </summary>
    public bool TryPass(Client client)
    {
        int handle = client.Connection.Handle;
        switch (dispatcher.Poller.Peek(handle, _head, out int count))
        {
            case IoStatus.Done:
                break;
            case IoStatus.WouldBlock:
                return false;
            default:
                dispatcher.Connections.Close(client);
                return false;
        }

        switch (ProxyHeader.TryRead(_head.AsSpan(0, count), out ProxyHeader header, out int length))
        {
            case ProxyHeaderStatus.Complete:
                return TryTake(client, in header, length);
            case ProxyHeaderStatus.Incomplete when !client.PeerClosed:
                return false;
            default:
                dispatcher.Metrics.ProxyHeadersRefused++;
                dispatcher.Shared.Log.BadProxyHeader(client);
                dispatcher.Connections.Close(client);
                return false;
        }
    }

    private bool TryTake(Client client, in ProxyHeader header, int length)
    {
        Connection connection = client.Connection;
        if (dispatcher.Poller.Receive(connection.Handle, _head.AsSpan(0, length), out int taken) != IoStatus.Done
            || taken != length)
        {
            dispatcher.Connections.Close(client);
            return false;
        }

        dispatcher.Metrics.BytesReceived += length;
        ListenerOptions options = client.Listener.Options;
        if ((options.ProxyRequiresTls && !header.IsOverTls)
            || (options.ProxyRequiresCertificate && !header.HasCertificate))
        {
            dispatcher.Metrics.ProxyHeadersRefused++;
            dispatcher.Shared.Log.BadProxyHeader(client);
            dispatcher.Connections.Close(client);
            return false;
        }

        ReadOnlySpan<byte> name = _head.AsSpan(header.CommonName);
        if (!name.IsEmpty && options.CertificateUserName == CertificateUserName.Identity)
        {
            client.Authentication = new Authentication { ProxiedName = Encoding.UTF8.GetString(name) };
        }

        if (header.HasSource)
        {
            connection.Peer = header.Source;
        }

        Admission admission = client.Listener.TryEnterAddress(
            connection.Peer, dispatcher.Now, out client.IsAddressCounted);
        if (admission != Admission.Admitted)
        {
            dispatcher.Connections.Listeners.TurnAway(client.Listener, connection.Peer, admission);
            dispatcher.Connections.Close(client);
            return false;
        }

        if (client.Listener.Tls is not null)
        {
            return dispatcher.Handshakes.TryBegin(client);
        }

        client.State = ClientState.AwaitingConnect;
        return true;
    }
}
