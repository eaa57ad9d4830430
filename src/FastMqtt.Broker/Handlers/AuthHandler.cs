// AUTH: enhanced authentication, MQTT 5.0 section 4.12. Before CONNACK the client and the method exchange packets until
// the method is content or not; afterwards the client may do it again, and keeps its connection only if it succeeds as
// the same user. The method itself works off the dispatcher; meanwhile the client is not read.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class AuthHandler(Dispatcher dispatcher)
{
    /// <summary>A CONNECT names a method: begins the exchange, or refuses.</summary>
    /// <returns>Whether there is such a method on the listener.</returns>
    public bool TryBegin(
        Client client,
        in ConnectPacket packet,
        in ConnectProperties properties,
        ReadOnlySpan<byte> identifier,
        ReadOnlySpan<byte> frame)
    {
        string name = Encoding.UTF8.GetString(properties.AuthenticationMethod);
        if (Find(client, name) is not { } method)
        {
            return false; // [MQTT-4.12.0-1]
        }

        Authentication authentication = client.Authentication ??= new Authentication();
        authentication.Method = name;
        authentication.Exchange = method.Begin(Login.Request(client, in packet, identifier));
        authentication.Connect = frame.ToArray();
        client.State = ClientState.Authenticating;
        Step(client, properties.AuthenticationData);
        return true;
    }

    /// <summary>A packet of a client whose exchange before CONNACK is under way.</summary>
    public void HandleBeforeConnack(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case PacketType.Auth:
                Handle(client, header, body);
                break;
            case PacketType.Disconnect:
                dispatcher.Connections.Close(client); // section 4.12: the client may give up
                break;
            default:
                // [MQTT-3.1.2-30] nothing but AUTH and DISCONNECT before CONNACK
                dispatcher.Packets.Connect.Refusal.Refuse(client, ReasonCode.ProtocolError);
                break;
        }
    }

    /// <summary>An AUTH packet, before CONNACK or after.</summary>
    public void Handle(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        ReasonCode error = AuthPacket.Read(header, body, client.Version, out AuthPacket packet);
        if (error != ReasonCode.Success)
        {
            End(client, error);
            return;
        }

        var properties = AuthProperties.From(packet.Properties);
        bool isFirst = client.State == ClientState.Authenticating;
        if (client.Authentication is not { Method: { } method } authentication)
        {
            End(client, ReasonCode.ProtocolError); // [MQTT-4.12.0-7] CONNECT named no method: no AUTH may follow
            return;
        }

        if (!properties.AuthenticationMethod.SequenceEqual(Encoding.UTF8.GetBytes(method)))
        {
            End(client, ReasonCode.ProtocolError); // [MQTT-4.12.0-5] [MQTT-4.12.1-1] the method does not change
            return;
        }

        bool begins = packet.ReasonCode == ReasonCode.ReAuthenticate;
        bool goesOn = packet.ReasonCode == ReasonCode.ContinueAuthentication;
        if (begins ? isFirst || authentication.Exchange is not null : !goesOn || authentication.Exchange is null)
        {
            End(client, ReasonCode.ProtocolError); // [MQTT-4.12.0-3] out of turn
            return;
        }

        if (begins)
        {
            authentication.Exchange = Find(client, method)?.Begin(RequestAgain(client));
            if (authentication.Exchange is null)
            {
                End(client, ReasonCode.BadAuthenticationMethod); // the configuration has changed since
                return;
            }
        }

        Step(client, properties.AuthenticationData);
    }

    /// <summary>The method has answered.</summary>
    public void OnStep(Client client, AuthenticationStep step)
    {
        Authentication authentication = client.Authentication!;
        if (step.Reason == ReasonCode.ContinueAuthentication)
        {
            Send(client, ReasonCode.ContinueAuthentication, step.Data.Span); // [MQTT-4.12.0-2]
            return;
        }

        authentication.Exchange = null;
        if (step.Reason != ReasonCode.Success || step.Identity is not { } identity)
        {
            End(client, step.Reason == ReasonCode.Success ? ReasonCode.NotAuthorized : step.Reason);
        }
        else if (client.State == ClientState.Authenticating)
        {
            authentication.Identity = identity;
            authentication.LastData = step.Data;
            dispatcher.Packets.Connect.HandleAgain(client);
        }
        else if (identity.UserName != client.Session!.UserName)
        {
            End(client, ReasonCode.NotAuthorized); // somebody else would get this one's session
        }
        else
        {
            client.Session.Owner = Login.OwnerOf(client, client.Session, identity);
            dispatcher.Packets.Connect.Login.WatchExpiry(client, identity);
            Send(client, ReasonCode.Success, step.Data.Span); // [MQTT-4.12.1-2]
        }
    }

    private static IEnhancedAuthenticator? Find(Client client, string name)
    {
        foreach (IEnhancedAuthenticator method in client.Listener.Options.EnhancedAuthenticators)
        {
            if (method.Method == name)
            {
                return method;
            }
        }

        return null;
    }

    private static AuthenticationRequest RequestAgain(Client client) => new()
    {
        ClientId = Encoding.UTF8.GetString(client.Session!.ClientIdentifier),
        UserName = client.Session.UserName,
        Address = client.Connection.Peer.ToIPAddress(),
        Listener = client.Listener.Name,
        Version = client.Version,
        CertificateCommonName = client.CertificateName(CertificateUserName.Identity),
    };

    private void Step(Client client, ReadOnlySpan<byte> data) =>
        new ExchangeTask(dispatcher, client, data.ToArray(), client.Connection.Peer.ToIPAddress()).Start();

    private void Send(Client client, ReasonCode reason, ReadOnlySpan<byte> data)
    {
        string method = client.Authentication!.Method!;
        byte[] properties = MethodAndData(method, data);
        Reply.Auth(dispatcher, client, new AuthPacket { ReasonCode = reason, Properties = properties });
    }

    /// <summary>The properties that name the method and carry its data.</summary>
    public static byte[] MethodAndData(string method, ReadOnlySpan<byte> data)
    {
        byte[] name = Encoding.UTF8.GetBytes(method);
        byte[] properties = new byte[name.Length + data.Length + 6];
        var writer = new PropertyWriter(properties);
        writer.Write(PropertyIdentifier.AuthenticationMethod, name);
        if (!data.IsEmpty)
        {
            writer.Write(PropertyIdentifier.AuthenticationData, data);
        }

        return writer.Written.ToArray();
    }

    // Before CONNACK a CONNACK says no [MQTT-4.12.0-4]; afterwards a DISCONNECT does [MQTT-4.12.1-2].
    private void End(Client client, ReasonCode reason)
    {
        if (client.State == ClientState.Authenticating)
        {
            dispatcher.Packets.Connect.Refusal.Refuse(client, reason);
        }
        else
        {
            dispatcher.Packets.Disconnect(client, reason);
        }
    }
}
