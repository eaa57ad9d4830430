// Bursts of QoS 1 and 2 to the subscribers of one topic filter on this dispatcher. Each message needs a publication of
// its own for the receivers' windows, made once, but matching, the copy into a receiver's output and the accounts are
// for the whole burst: what is left per message and receiver is a place in the window and its identifier.
//
// A receiver gets as much of the burst as one block as its window has room for; what is left, and the whole burst for a
// receiver that needs an encoding of its own (other version, QoS 0, Subscription Identifier, Topic Alias), is delivered
// message by message as if there were no burst. The order is the same either way.
// Ownership: while a burst is routed this object owns one reference of each publication made for it; with a single
// receiver that reference goes into its window instead. One per dispatcher.

using System.Buffers.Binary;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal sealed class BurstFanOut(Dispatcher dispatcher)
{
    private Publication?[] _publications = new Publication?[64];
    private int _made;
    private bool _hasOneReceiver;

    /// <summary>
    /// Whether a topic's bursts can be routed as such: it leads to one filter at the most, without shared groups, and
    /// is no walk.
    /// </summary>
    /// <param name="chain">Null when nobody subscribes.</param>
    public bool TryFind(ReadOnlySpan<byte> topic, out SubscriberChain? chain)
    {
        MatchResult match = dispatcher.Cache.Find(topic);
        chain = match.ChainCount == 0 ? null : match.Chains[0];
        return chain is null
            || (match.ChainCount == 1
                && !match.HasGroups
                && !dispatcher.Walks.Takes(match, topic));
    }

    /// <summary>Gives a burst to a chain's subscribers on this dispatcher.</summary>
    public void Route(SubscriberChain chain, ref Message first, in PublishBurst burst)
    {
        if (_publications.Length < burst.Count)
        {
            Array.Resize(ref _publications, burst.Count);
        }

        int chunks = chain.ChunkCount(dispatcher.Id);
        _hasOneReceiver = chunks == 1 && chain.Chunk(dispatcher.Id, 0).Length == 1;
        for (int i = 0; i < chunks; i++)
        {
            foreach (Subscription subscription in chain.Chunk(dispatcher.Id, i))
            {
                if (!subscription.Options.NoLocal || subscription.Session.Number != first.Publisher) // [MQTT-3.8.3-3]
                {
                    Deliver(subscription, ref first, in burst);
                }
            }

            dispatcher.FlushIfMuchIsBuffered();
        }

        Drop();
    }

    private void Deliver(Subscription subscription, ref Message message, in PublishBurst burst)
    {
        // [MQTT-3.8.4-8] the lower of published and granted
        QualityOfService granted = subscription.Options.QoS;
        QualityOfService qos = message.QoS < granted ? message.QoS : granted;
        var delivery = new Delivery(qos, false, subscription.Identifier, null);
        Session session = subscription.Session;
        if (!dispatcher.Outbound.MayReceive(session, ref message))
        {
            return;
        }

        int count = 0;
        int offset = 0;
        if (dispatcher.Outbound.BlockRoom(session, in delivery, in message, burst.Frames.Length) is > 0 and int room)
        {
            count = Math.Min(room, burst.Count);
            offset = Send(session, in delivery, ref message, in burst, count);
        }

        while (burst.TryNext(ref offset, ref message))
        {
            message.Held = count < _made ? _publications[count] : null;
            dispatcher.Outbound.Begin(ref message, 1);
            dispatcher.Outbound.Deliver(session, ref message, in delivery);
            Keep(count++, ref message); // also with one receiver: what its queue does not hold goes
        }
    }

    // The block: one copy, then a publication, a place in the window and an identifier for each message of it.
    private int Send(
        Session session, in Delivery delivery, ref Message message, in PublishBurst burst, int count)
    {
        Client client = session.Receiver!;
        InflightWindow inflight = session.Inflight ??= new InflightWindow();
        Span<byte> output = client.Connection.GetOutput(burst.Frames.Length, dispatcher.Slabs);
        burst.Frames.CopyTo(output);
        byte firstByte = (byte)(((int)PacketType.Publish << 4) | ((int)delivery.QoS << 1));
        int payloadBytes = 0;
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            FixedHeader header = burst.HeaderAt(at);
            int next = at;
            Publication publication = Take(i, ref next, ref message, in burst);
            ushort id = inflight.Add(publication, in delivery); // [MQTT-2.2.1-4] an identifier that is not in use
            if (session.Durable is { } durable)
            {
                inflight[id].Stored = durable.Journal.Add(durable, publication, in delivery, id);
            }

            output[at] = firstByte;
            BinaryPrimitives.WriteUInt16BigEndian(output[(at + burst.IdentifierOffset(header))..], id);
            payloadBytes += burst.PayloadBytes(header);
            at += header.TotalLength;
        }

        client.Connection.Advance(at);
        dispatcher.PublishOutput.Count(client, count, at, payloadBytes);
        return at;
    }

    // A publication with a reference for a window.
    private Publication Take(int i, ref int offset, ref Message message, in PublishBurst burst)
    {
        if (i < _made && _publications[i] is { } made)
        {
            made.AddReference();
            return made;
        }

        burst.TryNext(ref offset, ref message);
        Publication publication = dispatcher.Publications.Create(in message);
        if (!_hasOneReceiver)
        {
            publication.AddReference();
            message.Held = publication;
            Keep(i, ref message);
        }

        return publication;
    }

    // The message's reference becomes ours; the message is free for the next.
    private void Keep(int i, ref Message message)
    {
        while (_made <= i)
        {
            _publications[_made++] = null;
        }

        _publications[i] = message.Held;
        message.Held = null;
    }

    private void Drop()
    {
        for (int i = 0; i < _made; i++)
        {
            if (_publications[i] is { } publication)
            {
                dispatcher.Publications.Release(publication);
                _publications[i] = null;
            }
        }

        _made = 0;
    }
}
