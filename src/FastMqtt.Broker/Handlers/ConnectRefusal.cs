// How a CONNECT is refused: what its client is told, in the words of its version, and that it gets to read it. One per
// dispatcher; called by ConnectHandler and AuthHandler.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class ConnectRefusal(Dispatcher dispatcher)
{
    /// <summary>CONNACK with a reason, then the end. [MQTT-3.2.2-7] [MQTT3-3.2.2-5]</summary>
    public void Refuse(Client client, ReasonCode reason) => Refuse(client, reason, Login.ReturnCodeOf(reason));

    // What a 3.x client could not know of: Mosquitto closes without a CONNACK too, and none of its codes says this.
    public void OfWill(Client client, ReasonCode reason)
    {
        if (client.IsMqtt5 || reason is not (ReasonCode.RetainNotSupported or ReasonCode.QoSNotSupported))
        {
            Refuse(client, reason, ConnectReturnCode.NotAuthorized);
            return;
        }

        dispatcher.Shared.Log.Refused(dispatcher, client, reason);
        client.CloseReason = reason;
        dispatcher.Connections.Close(client);
    }

    /// <summary>Because of who it is or is not, or because a hook says so; counted.</summary>
    public void OfIdentity(Client client, ReasonCode reason, ReadOnlySpan<byte> reasonString = default)
    {
        dispatcher.Metrics.DeniedConnect++;
        Refuse(client, reason, Login.ReturnCodeOf(reason), reasonString);
    }

    /// <summary>It speaks a version we do not, or no MQTT at all.</summary>
    public void OfVersion(Client client, in ConnectPacket packet)
    {
        if (!packet.ProtocolName.SequenceEqual("MQTT"u8) && !packet.ProtocolName.SequenceEqual("MQIsdp"u8))
        {
            client.CloseReason = ReasonCode.UnsupportedProtocolVersion;
            dispatcher.Connections.Close(client); // [MQTT-3.1.2-1] not MQTT at all: it would not understand a CONNACK
            return;
        }

        if (packet.ProtocolLevel > (byte)ProtocolVersion.Mqtt5)
        {
            client.Version = ProtocolVersion.Mqtt5; // newer than us: it knows 5.0's CONNACK rather than 3.1's
        }

        // [MQTT3-3.1.2-2] [MQTT-3.1.2-2]
        Refuse(client, ReasonCode.UnsupportedProtocolVersion, ConnectReturnCode.UnacceptableProtocolVersion);
    }

    /// <summary>It is no CONNECT.</summary>
    public void OfMalformed(Client client, ReasonCode error)
    {
        dispatcher.Shared.Log.Rejected(dispatcher, client, error);
        if (client.IsMqtt5)
        {
            Refuse(client, error, default);
            return;
        }

        client.CloseReason = error;
        dispatcher.Connections.Close(client); // [MQTT3-4.8.0-1] no CONNACK for what is not a CONNECT
    }

    /// <summary>CONNACK with the reason, or for 3.x with the return code, then the end.</summary>
    /// <param name="client">Who is refused.</param>
    /// <param name="reason">Why.</param>
    /// <param name="returnCode">What 3.x has for it.</param>
    /// <param name="reasonString">The reason in words; empty: the usual ones.</param>
    public void Refuse(
        Client client, ReasonCode reason, ConnectReturnCode returnCode, ReadOnlySpan<byte> reasonString = default)
    {
        dispatcher.Shared.Log.Refused(dispatcher, client, reason);
        ReasonCode code = client.IsMqtt5 ? reason : (ReasonCode)(byte)returnCode;
        ReadOnlySpan<byte> text = !client.IsMqtt5 ? default
            : reasonString.IsEmpty ? ReasonText.Of(reason)
            : reasonString;
        Span<byte> properties = reasonString.IsEmpty ? stackalloc byte[ReasonText.PropertyBytesMax]
            : new byte[ReasonText.PropertyBytesMax + reasonString.Length];
        var writer = new PropertyWriter(properties);
        if (!text.IsEmpty)
        {
            writer.Write(PropertyIdentifier.ReasonString, text);
        }

        // [MQTT-3.2.2-6] no session present
        var answer = new ConnackPacket { ReasonCode = code, Properties = writer.Written };
        if (answer.Measure(client.Version) > client.MaximumPacketSize)
        {
            answer = new ConnackPacket { ReasonCode = code }; // [MQTT-3.2.2-19] without Reason String
        }

        if (answer.Measure(client.Version) <= client.MaximumPacketSize)
        {
            Reply.Connack(dispatcher, client, in answer);
        }

        client.CloseReason = reason;
        client.Linger = true;
        dispatcher.Connections.Close(client); // [MQTT-3.2.2-7] [MQTT3-3.2.2-5]
    }
}
