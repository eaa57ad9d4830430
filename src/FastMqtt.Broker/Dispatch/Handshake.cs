// The TLS handshake of one client on its way between the dispatcher, which knows when the socket is ready, and a
// worker, which does the cryptography. It belongs to one of them at a time: posted to the workers it is theirs, back in
// the dispatcher's inbox it is the dispatcher's again. It never outlives the client's handshake.

using FastMqtt.Broker.Sessions;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Handshake(Dispatcher owner, Client client, TlsStream stream) : InboxItem
{
    private TlsHandshakeStatus _status;
    private bool _isAway;
    private bool _isReady;

    public Client Client => client;

    public TlsStream Stream => stream;

    /// <summary>Dispatcher only. The socket is ready: the next step, now or when the present one is done.</summary>
    public void Continue()
    {
        if (_isAway)
        {
            _isReady = true; // the step may have looked before that
            return;
        }

        _isAway = true;
        _isReady = false;
        stream.BeginStep();
        owner.Shared.Handshakes.Post(this);
    }

    /// <summary>Worker only.</summary>
    public void Step()
    {
        _status = stream.Step();
        owner.Inbox.Post(this);
    }

    /// <summary>Dispatcher only: what the step has come to. The client may be gone.</summary>
    public override void Run(Dispatcher dispatcher)
    {
        _isAway = false;
        if (client.State != ClientState.Handshaking)
        {
            return;
        }

        switch (_status)
        {
            case TlsHandshakeStatus.Done:
                stream.BeginData();
                client.State = ClientState.AwaitingConnect;
                dispatcher.Reader.Add(client); // the CONNECT may have come with the end of the handshake
                break;
            case TlsHandshakeStatus.Failed:
                dispatcher.Handshakes.OnFailed(this);
                break;
            default:
                client.IsBlocked = _status == TlsHandshakeStatus.WantWrite;
                if (_isReady)
                {
                    Continue();
                }

                break;
        }
    }
}
