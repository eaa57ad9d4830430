// PUBACK, PUBREC, PUBREL and PUBCOMP from a client. The first, second and fourth move messages we sent; PUBREL ends an
// exchange the client began.
//
// They come in runs as the messages did: packets of one type, without reason code, behind each other in one read. A run
// is handled as one, each packet only while it is the ordinary one of its exchange; what is not ends the run and is
// handled alone, by the code that knows every case.

using System.Buffers.Binary;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal sealed class AcknowledgementHandler(Dispatcher dispatcher)
{
    /// <summary>Packets of a run: its answers are 4 KiB.</summary>
    private const int RunMax = 1 << 10;

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

    /// <summary>Handles the run of ordinary acknowledgements `unread` begins with.</summary>
    /// <returns>Bytes handled; 0: the first is to be handled alone.</returns>
    public int HandleRun(Client client, FixedHeader header, ReadOnlySpan<byte> unread)
    {
        int count = CountRun(unread);
        if (count == 0)
        {
            return 0;
        }

        int handled = header.Type switch
        {
            PacketType.Puback => CompleteRun(client, unread, count, InflightState.Published),
            PacketType.Pubrec => ReleaseRun(client, unread, count),
            PacketType.Pubrel => RemoveRun(client, unread, count),
            _ => CompleteRun(client, unread, count, InflightState.Released),
        };
        dispatcher.Metrics.PacketsReceived += handled;
        return handled * Reply.AcknowledgementBytes;
    }

    // Whole packets with the first two bytes of the first: four bytes each. One alone is no run.
    private static int CountRun(ReadOnlySpan<byte> unread)
    {
        int countMax = Math.Min(unread.Length / Reply.AcknowledgementBytes, RunMax);
        ushort head = BinaryPrimitives.ReadUInt16LittleEndian(unread);
        int count = 1;
        while (count < countMax
            && BinaryPrimitives.ReadUInt16LittleEndian(unread[(count * Reply.AcknowledgementBytes)..]) == head)
        {
            count++;
        }

        return count > 1 ? count : 0;
    }

    private static ushort IdentifierOf(ReadOnlySpan<byte> run, int i) =>
        BinaryPrimitives.ReadUInt16BigEndian(run[((i * Reply.AcknowledgementBytes) + 2)..]);

    // PUBACK of QoS 1, PUBCOMP of QoS 2.
    private int CompleteRun(Client client, ReadOnlySpan<byte> run, int count, InflightState expected)
    {
        if (client.Session!.Inflight is not { } inflight)
        {
            return 0;
        }

        QualityOfService qos = expected == InflightState.Published
            ? QualityOfService.AtLeastOnce
            : QualityOfService.ExactlyOnce;
        int handled = 0;
        while (handled < count)
        {
            ushort id = IdentifierOf(run, handled);
            if (inflight.StateOf(id) != expected || inflight[id].Delivery.QoS != qos)
            {
                break;
            }

            Complete(client.Session, inflight, id);
            handled++;
        }

        Continue(client);
        return handled;
    }

    private int ReleaseRun(Client client, ReadOnlySpan<byte> run, int count)
    {
        if (client.Session!.Inflight is not { } inflight)
        {
            return 0;
        }

        long before = dispatcher.Additions;
        int handled = 0;
        while (handled < count)
        {
            ushort id = IdentifierOf(run, handled);
            if (inflight.StateOf(id) != InflightState.Published
                || inflight[id].Delivery.QoS != QualityOfService.ExactlyOnce)
            {
                break;
            }

            Release(client.Session, inflight, id);
            handled++;
        }

        long pledge = dispatcher.PledgeSince(before);
        Reply.AcknowledgeRun(dispatcher, client, PacketType.Pubrel, run, handled, pledge); // [MQTT-4.3.3-4]
        return handled;
    }

    private int RemoveRun(Client client, ReadOnlySpan<byte> run, int count)
    {
        if (client.Session!.Received is not { } received)
        {
            return 0;
        }

        long before = dispatcher.Additions;
        int handled = 0;
        while (handled < count && received.Remove(IdentifierOf(run, handled)))
        {
            client.Session.Durable?.Journal.Exchanges.Unreceived(client.Session.Durable, IdentifierOf(run, handled));
            handled++;
        }

        client.Unreleased = (ushort)Math.Max(client.Unreleased - handled, 0);
        long pledge = dispatcher.PledgeSince(before);
        Reply.AcknowledgeRun(dispatcher, client, PacketType.Pubcomp, run, handled, pledge); // [MQTT-4.3.3-11]
        return handled;
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
        Complete(client.Session, inflight, id);
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
            Complete(client.Session, inflight!, id);
            Continue(client);
            return;
        }

        // PUBREL promises that the message will not be sent again.
        long before = dispatcher.Additions;
        if (state == InflightState.Published)
        {
            Release(client.Session, inflight!, id);
        }
        else if (client.Session.Durable is { Journal.HasUncommitted: true } durable)
        {
            durable.Journal.Released(durable, inflight![id].Stored); // once more: perhaps it is not durable yet
        }

        long pledge = dispatcher.PledgeSince(before);
        Reply.Acknowledge(dispatcher, client, PacketType.Pubrel, id, ReasonCode.Success, pledge); // [MQTT-4.3.3-4]
    }

    private void HandlePubrel(Client client, ushort id)
    {
        long before = dispatcher.Additions;
        bool known = client.Session!.Received?.Remove(id) ?? false;
        if (client.Session.Durable is { } durable && (known || durable.Journal.HasUncommitted))
        {
            durable.Journal.Exchanges.Unreceived(durable, id); // not known: perhaps since a moment, and not durable yet
        }

        if (known && client.Unreleased > 0)
        {
            client.Unreleased--; // perhaps for an exchange of an earlier connection: an error on the client's side
        }

        Reply.Acknowledge(
            dispatcher,
            client,
            PacketType.Pubcomp,
            id,
            known ? ReasonCode.Success : ReasonCode.PacketIdentifierNotFound,
            dispatcher.PledgeSince(before)); // [MQTT-4.3.3-11]
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

        Complete(client.Session, inflight, id);
        Continue(client);
    }

    // The message is over: its place in the window is free.
    private void Complete(Session session, InflightWindow inflight, ushort id)
    {
        session.Durable?.Journal.Done(session.Durable, inflight[id].Stored);
        if (inflight.Complete(id) is { } publication)
        {
            dispatcher.Publications.Release(publication);
        }
    }

    // The message is the receiver's: only its identifier is kept.
    private void Release(Session session, InflightWindow inflight, ushort id)
    {
        session.Durable?.Journal.Released(session.Durable, inflight[id].Stored);
        dispatcher.Publications.Release(inflight.Release(id));
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
