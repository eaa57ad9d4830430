// From a whole frame to its handler. Owns the rules that hold for every packet: what may come when, and how a
// connection that breaks a rule ends. One per dispatcher.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class PacketDispatch(Dispatcher dispatcher)
{
    private readonly ConnectHandler _connect = new(dispatcher);
    private readonly AcknowledgementHandler _acknowledgement = new(dispatcher);
    private readonly SubscribeHandler _subscribe = new(dispatcher);
    private readonly UnsubscribeHandler _unsubscribe = new(dispatcher);
    private readonly DisconnectHandler _disconnect = new(dispatcher);

    public PublishHandler Publish { get; } = new(dispatcher);

    /// <summary>The first packet of a connection, which is a CONNECT.</summary>
    public void HandleFirst(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        dispatcher.Metrics.PacketsReceived++;
        _connect.Handle(client, header, body);
    }

    /// <summary>
    /// Any later packet: the one `unread` begins with, and of PUBLISH and acknowledgements as many as can be handled
    /// as one.
    /// </summary>
    /// <returns>Bytes handled.</returns>
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
        HandleOther(client, header, unread[header.HeaderLength..header.TotalLength]);
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
        if (client.IsMqtt5)
        {
            Reply.Disconnect(dispatcher, client, reason, ReasonText.Of(reason));
        }

        client.Linger = true; // 3.x too: what was acknowledged before the error should arrive
        dispatcher.Connections.Close(client);
    }

    private void HandleOther(Client client, FixedHeader header, ReadOnlySpan<byte> body)
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
                _subscribe.Handle(client, header, body);
                break;
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
            default:
                // A second CONNECT [MQTT-3.1.0-2]; a packet only a server sends; AUTH, which no session here has begun.
                Reject(client, ReasonCode.ProtocolError);
                break;
        }
    }
}
