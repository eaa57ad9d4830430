// DISCONNECT from a client: the orderly end. Reason 0x00 deletes the will, 0x04 asks for it; a 5.0 client may change
// its Session Expiry Interval with it, but not from zero.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class DisconnectHandler(Dispatcher dispatcher)
{
    public void Handle(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        ReasonCode error = DisconnectPacket.Read(header, body, client.Version, out DisconnectPacket packet);
        if (error != ReasonCode.Success)
        {
            dispatcher.Packets.Reject(client, error);
            return;
        }

        var properties = DisconnectProperties.From(packet.Properties);
        if (properties.HasSessionExpiryInterval)
        {
            uint most = client.Terms?.SessionExpiryMaximum ?? Session.NeverExpires;
            bool askedForNone = client.Session!.ExpiryInterval == 0 && most != 0;
            if (askedForNone && properties.SessionExpiryInterval != 0)
            {
                dispatcher.Packets.Reject(client, ReasonCode.ProtocolError); // section 3.14.2.2.2
                return;
            }

            client.Session.ExpiryInterval = Math.Min(properties.SessionExpiryInterval, most);
        }

        client.DeleteWill = packet.ReasonCode == ReasonCode.Success; // [MQTT-3.14.4-3] [MQTT3-3.14.4-3]
        client.CloseReason = packet.ReasonCode;
        client.HasDisconnected = true;
        dispatcher.Connections.Close(client); // [MQTT-3.14.4-1] nothing more is taken from it
    }
}
