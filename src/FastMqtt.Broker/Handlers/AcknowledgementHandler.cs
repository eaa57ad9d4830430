// PUBACK, PUBREC, PUBREL and PUBCOMP from a client. The first, second and fourth move messages we sent; PUBREL ends an
// exchange the client began.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class AcknowledgementHandler(Dispatcher dispatcher)
{
    public void Handle(Client client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        ReasonCode error = AcknowledgementPacket.Read(header, body, client.Version, out AcknowledgementPacket packet);
        if (error != ReasonCode.Success)
        {
            dispatcher.Packets.Reject(client, error);
            return;
        }

        switch (header.Type)
        {
            case PacketType.Puback:
                HandlePuback(client, packet.PacketIdentifier);
                break;
            case PacketType.Pubrec:
                HandlePubrec(client, packet.PacketIdentifier, packet.ReasonCode);
                break;
            case PacketType.Pubrel:
                HandlePubrel(client, packet.PacketIdentifier);
                break;
            default:
                HandlePubcomp(client, packet.PacketIdentifier);
                break;
        }
    }

    private void HandlePuback(Client client, ushort id)
    {
        InflightWindow? inflight = client.Session!.Inflight;
        if (inflight is null || inflight.StateOf(id) == InflightState.Free)
        {
            return; // acknowledged before, on an earlier connection perhaps
        }

        if (inflight[id].State != InflightState.Published || inflight[id].Delivery.QoS != QualityOfService.AtLeastOnce)
        {
            dispatcher.Packets.Reject(client, ReasonCode.ProtocolError); // PUBACK for a QoS 2 message
            return;
        }

        // [MQTT-4.4.0-2] whatever the reason code: an error is an answer too, the message is not sent again
        dispatcher.Publications.Release(inflight.Complete(id)!);
        Continue(client);
    }

    private void HandlePubrec(Client client, ushort id, ReasonCode reason)
    {
        InflightWindow? inflight = client.Session!.Inflight;
        InflightState state = inflight?.StateOf(id) ?? InflightState.Free;
        if (state == InflightState.Free)
        {
            if (reason < ReasonCode.UnspecifiedError)
            {
                Reply.Acknowledge(dispatcher, client, PacketType.Pubrel, id, ReasonCode.PacketIdentifierNotFound);
            }

            return;
        }

        if (state == InflightState.Published && inflight![id].Delivery.QoS != QualityOfService.ExactlyOnce)
        {
            dispatcher.Packets.Reject(client, ReasonCode.ProtocolError);
            return;
        }

        if (reason >= ReasonCode.UnspecifiedError)
        {
            // [MQTT-4.4.0-2] the receiver refuses: the exchange is over and the identifier free
            if (inflight!.Complete(id) is { } refused)
            {
                dispatcher.Publications.Release(refused);
            }

            Continue(client);
            return;
        }

        if (state == InflightState.Published)
        {
            dispatcher.Publications.Release(inflight!.Release(id));
        }

        Reply.Acknowledge(dispatcher, client, PacketType.Pubrel, id, ReasonCode.Success); // [MQTT-4.3.3-4]
    }

    private void HandlePubrel(Client client, ushort id)
    {
        bool known = client.Session!.Received?.Remove(id) ?? false;
        if (known && client.Unreleased > 0)
        {
            client.Unreleased--; // perhaps for an exchange of an earlier connection: an error on the client's side
        }

        Reply.Acknowledge(
            dispatcher,
            client,
            PacketType.Pubcomp,
            id,
            known ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound); // [MQTT-4.3.3-11]
    }

    private void HandlePubcomp(Client client, ushort id)
    {
        InflightWindow? inflight = client.Session!.Inflight;
        if (inflight is null || inflight.StateOf(id) == InflightState.Free)
        {
            return;
        }

        if (inflight[id].State != InflightState.Released)
        {
            dispatcher.Packets.Reject(client, ReasonCode.ProtocolError); // PUBCOMP before PUBREC
            return;
        }

        inflight.Complete(id);
        Continue(client);
    }

    // The window has a place: what waits goes out with this tick's flush.
    private void Continue(Client client)
    {
        if (client.Session!.HasBacklog)
        {
            dispatcher.MarkDirty(client, 0);
        }
    }
}
