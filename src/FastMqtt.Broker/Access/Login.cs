// From a decoded CONNECT to the question who that is: what the listener demands, whom to ask, what a refusal is called.
// One per dispatcher, called by ConnectHandler.

using System.Text;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Handlers;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

internal sealed class Login(Dispatcher dispatcher)
{
    /// <summary>
    /// Who a client is by what its CONNECT says. Null: not known yet, somebody is being asked, or refused.
    /// </summary>
    /// <param name="client">Its session's owner has the connection.</param>
    /// <param name="packet">The CONNECT, without Authentication Method.</param>
    /// <param name="identifier">The Client Identifier it will have.</param>
    /// <param name="refusal">Success unless it is refused.</param>
    public ClientIdentity? Identify(
        Client client, in ConnectPacket packet, ReadOnlySpan<byte> identifier, out ReasonCode refusal)
    {
        ListenerOptions listener = client.Listener.Options;
        refusal = ReasonCode.Success;
        if (client.CertificateName(listener.CertificateUserName) is { } name)
        {
            return new ClientIdentity { UserName = name }; // the certificate has proven it: no password is asked for
        }

        if (listener.CertificateUserName != CertificateUserName.None)
        {
            refusal = ReasonCode.NotAuthorized;
            return null;
        }

        bool saysWho = packet.HasUserName || packet.HasPassword;
        if (listener.Authenticator is { } authenticator && (saysWho || !listener.AllowAnonymous))
        {
            new LoginTask(dispatcher, client, authenticator, Request(client, in packet, identifier)).Start();
            return null;
        }

        if (listener.AllowAnonymous)
        {
            // Nobody here knows users: the name is only a name.
            return packet.HasUserName ? new ClientIdentity { UserName = Text(packet.UserName) }
                : ClientIdentity.Anonymous;
        }

        refusal = packet.HasUserName ? ReasonCode.BadUserNameOrPassword : ReasonCode.NotAuthorized;
        return null;
    }

    /// <summary>What authenticators are told of a client.</summary>
    public static AuthenticationRequest Request(
        Client client, in ConnectPacket packet, ReadOnlySpan<byte> identifier) => new()
        {
            ClientId = Text(identifier),
            UserName = packet.HasUserName ? Text(packet.UserName) : null,
            Password = packet.HasPassword ? packet.Password.ToArray() : null,
            Address = client.Connection.Peer.ToIPAddress(),
            Listener = client.Listener.Name,
            Version = packet.Version,
            CertificateCommonName = client.CertificateName(CertificateUserName.Identity),
        };

    /// <summary>What a 3.x client is told instead of a reason.</summary>
    public static ConnectReturnCode ReturnCodeOf(ReasonCode reason) => reason switch
    {
        ReasonCode.BadUserNameOrPassword => ConnectReturnCode.BadUserNameOrPassword,
        ReasonCode.ServerUnavailable or ReasonCode.ServerBusy or ReasonCode.QuotaExceeded =>
            ConnectReturnCode.ServerUnavailable,
        ReasonCode.ClientIdentifierNotValid => ConnectReturnCode.IdentifierRejected,
        _ => ConnectReturnCode.NotAuthorized,
    };

    /// <summary>Who the session belongs to from now on.</summary>
    public static SessionOwner? OwnerOf(Client client, Session session, ClientIdentity identity)
    {
        SessionAccess? access = null;
        if ((identity.AccessRules ?? client.Listener.Options.AccessRules) is not null)
        {
            access = session.Access is { } known && known.IsFor(client.Listener, identity)
                ? known // verdicts and all
                : new SessionAccess(client.Listener, Text(session.ClientIdentifier), identity);
        }

        return access is null && identity.UserName is null ? null : new SessionOwner(identity, access);
    }

    /// <summary>The client is disconnected when its credentials end.</summary>
    public void WatchExpiry(Client client, ClientIdentity identity)
    {
        if (client.Authentication is { Deadline: { } before } authentication)
        {
            dispatcher.Timers.Cancel(before);
            authentication.Deadline = null;
        }

        if (identity.ExpiresAt is { } end)
        {
            client.Authentication ??= new Authentication();
            client.Authentication.Deadline = new IdentityDeadline(client, end);
            client.Authentication.Deadline.Arm(dispatcher);
        }
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
