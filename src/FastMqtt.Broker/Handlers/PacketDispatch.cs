// From a whole frame to its handler. Owns the rules that hold for every packet: what may come when, and how a
// connection that breaks a rule ends. One per dispatcher.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class PacketDispatch(Dispatcher dispatcher)
{
    private readonly AcknowledgementHandler _acknowledgement = new(dispatcher);
    private readonly SubscribeHandler _subscribe = new(dispatcher);
    private readonly UnsubscribeHandler _unsubscribe = new(dispatcher);
    private readonly DisconnectHandler _disconnect = new(dispatcher);

    public ConnectHandler Connect { get; } = new(dispatcher);

    public AuthHandler Auth { get; } = new(dispatcher);

    public PublishHandler Publish { get; } = new(dispatcher);

    /// <summary>
    /// A packet before CONNACK: the first of a connection, which is a CONNECT, or one of the exchange after it.
    /// </summary>
    /// <returns>Bytes handled; none when somebody must be asked first.</returns>
    public int HandleFirst(Client client, FixedHeader header, ReadOnlySpan<byte> unread)
    {
        dispatcher.Metrics.PacketsReceived++;
        ReadOnlySpan<byte> frame = unread[..header.TotalLength];
        if (client.State == ClientState.Authenticating)
        {
            Auth.HandleBeforeConnack(client, header, frame[header.HeaderLength..]);
        }
        else if (!Connect.Handle(client, header, frame))
        {
            dispatcher.Metrics.PacketsReceived--;
            return 0;
        }

        return frame.Length;
    }

    /// <summary>
    /// Any later packet: the one `unread` begins with, and of PUBLISH and acknowledgements as many as can be handled
    /// as one.
    /// </summary>
    /// <returns>Bytes handled; none when somebody must be asked first.</returns>
    public int Handle(Client client, FixedHeader header, ReadOnlySpan<byte> unread)
    {
        if (header.Type == PacketType.Publish)
        {
            return Publish.Handle(client, header, unread);
        }

        if (header.Type <= PacketType.Pubcomp
            && header.RemainingLength == sizeof(ushort)
            && _acknowledgement.HandleRun(client, header, unread) is > 0 and int handled)
        {
            return handled;
        }

        dispatcher.Metrics.PacketsReceived++;
        if (!HandleOther(client, header, unread[header.HeaderLength..header.TotalLength]))
        {
            dispatcher.Metrics.PacketsReceived--;
            return 0;
        }

        return header.TotalLength;
    }

    /// <summary>
    /// The client broke the protocol: DISCONNECT with the reason for 5.0, then close. [MQTT-4.13.1-1]
    /// </summary>
    public void Reject(Client client, ReasonCode reason)
    {
        dispatcher.Shared.Log.Rejected(dispatcher, client, reason);
        if (client.State < ClientState.Connected)
        {
            client.CloseReason = reason;
            dispatcher.Connections.Close(client);
            return;
        }

        Disconnect(client, reason);
    }

    /// <summary>Ends a connection from our side. A 5.0 client is told why and gets to read it.</summary>
    public void Disconnect(Client client, ReasonCode reason)
    {
        if (client.State != ClientState.Connected)
        {
            return;
        }

        client.CloseReason = reason;
        if (client.IsMqtt5 && !client.IsConnackHeld) // [MQTT-3.14.0-1] not before CONNACK
        {
            Reply.Disconnect(dispatcher, client, reason, ReasonText.Of(reason));
        }

        client.Linger = true; // 3.x too: what was acknowledged before the error should arrive
        dispatcher.Connections.Close(client);
    }

    // False: it is handled again when the answer is there.
    private bool HandleOther(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case PacketType.Puback:
            case PacketType.Pubrec:
            case PacketType.Pubrel:
            case PacketType.Pubcomp:
                _acknowledgement.Handle(client, header, body);
                break;
            case PacketType.Subscribe:
                return _subscribe.Handle(client, header, body);
            case PacketType.Unsubscribe:
                _unsubscribe.Handle(client, header, body);
                break;
            case PacketType.Pingreq when body.IsEmpty:
                Reply.Pingresp(dispatcher, client); // [MQTT-3.12.4-1]
                break;
            case PacketType.Pingreq:
                Reject(client, ReasonCode.MalformedPacket);
                break;
            case PacketType.Disconnect:
                _disconnect.Handle(client, header, body);
                break;
            case PacketType.Auth:
                Auth.Handle(client, header, body);
                break;
            default:
                Reject(client, ReasonCode.ProtocolError); // a second CONNECT [MQTT-3.1.0-2], or only a server sends it
                break;
        }

        return true;
    }
}
