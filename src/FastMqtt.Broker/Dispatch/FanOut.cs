// Who gets a message. Plain subscribers of this dispatcher are served at once from the message's own bytes; each other
// dispatcher with subscribers gets one reference in its batch; each shared group gets one member chosen. What is for
// very many subscribers here is left to Walks.
// Called by PublishHandler, wills, $SYS, and for batches from other dispatchers. One per dispatcher.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal sealed class FanOut(Dispatcher dispatcher)
{
    private readonly OverlapMerger _merger = new();

    /// <summary>Sessions remember its stamps: there is one for all that is merged on a dispatcher.</summary>
    public OverlapMerger Merger => _merger;

    /// <summary>Routes a message to all it matches. The caller drops the message afterwards.</summary>
    /// <returns>Whether there was any subscriber.</returns>
    public bool Route(ref Message message)
    {
        MatchResult match = dispatcher.Cache.Find(message.Topic);
        if (match.ChainCount == 0)
        {
            return false;
        }

        ulong own = 1UL << dispatcher.Id;
        ulong mask = MaskOf(match);
        if ((mask & own) != 0)
        {
            DeliverLocally(match, ref message, fromOther: false);
        }

        bool shared = match.HasGroups && RouteToGroups(match, ref message);
        for (ulong others = mask & ~own; others != 0; others &= others - 1)
        {
            Publication publication = message.Hold(dispatcher.Publications);
            publication.AddReference();
            dispatcher.Outboxes.Add(System.Numerics.BitOperations.TrailingZeroCount(others), publication, null);
        }

        return mask != 0 || shared;
    }

    /// <summary>
    /// Routes a burst of QoS 0. With plain subscribers to one filter, each gets the block and each other dispatcher a
    /// copy of it; whatever else the topic matches, the messages are routed one by one.
    /// </summary>
    public void RouteBurst(ref Message first, in PublishBurst burst)
    {
        MatchResult match = dispatcher.Cache.Find(first.Topic);
        if (match.ChainCount != 1 || match.HasGroups)
        {
            if (match.ChainCount != 0)
            {
                RouteEach(ref first, in burst);
            }

            return;
        }

        SubscriberChain chain = match.Chains[0];
        ulong own = 1UL << dispatcher.Id;
        ulong mask = chain.DispatcherMask;
        if ((mask & own) != 0)
        {
            if (dispatcher.Walks.Takes(match, first.Topic))
            {
                dispatcher.Walks.AddBurst(match, HoldBurst(in first, in burst), first.FrameIsMqtt5, fromOther: false);
            }
            else
            {
                DeliverBurst(chain, ref first, in burst);
            }
        }

        PostBurst(mask & ~own, ref first, in burst);
    }

    /// <summary>Gives a burst to other dispatchers: one copy for all of them.</summary>
    public void PostBurst(ulong dispatchers, ref Message first, in PublishBurst burst)
    {
        if (dispatchers == 0)
        {
            return;
        }

        Publication publication = HoldBurst(in first, in burst);
        for (; dispatchers != 0; dispatchers &= dispatchers - 1)
        {
            publication.AddReference();
            dispatcher.Outboxes.AddBurst(
                System.Numerics.BitOperations.TrailingZeroCount(dispatchers), publication, first.FrameIsMqtt5);
        }

        dispatcher.Publications.Release(publication);
    }

    /// <summary>
    /// A batch entry that is a burst: its payload is the frames, whole and as they were received. For this dispatcher's
    /// plain subscribers only. Takes over the reference.
    /// </summary>
    public void RouteBurstFromOther(Publication publication, bool isMqtt5)
    {
        PublishBurst burst = ReadBurst(publication, isMqtt5, out Message message);
        MatchResult match = dispatcher.Cache.Find(message.Topic);
        bool walks = dispatcher.Walks.Takes(match, message.Topic);
        if (walks && match.ChainCount == 1 && message.QoS == QualityOfService.AtMostOnce)
        {
            dispatcher.Walks.AddBurst(match, publication, isMqtt5, fromOther: true);
            return;
        }

        if (walks || match.ChainCount != 1)
        {
            for (int offset = 0; burst.TryNext(ref offset, ref message);)
            {
                DeliverLocally(match, ref message, fromOther: true);
                message.Drop(dispatcher.Publications);
            }
        }
        else if (message.QoS == QualityOfService.AtMostOnce)
        {
            DeliverBurst(match.Chains[0], ref message, in burst);
        }
        else
        {
            dispatcher.BurstFanOut.Route(match.Chains[0], ref message, in burst);
        }

        dispatcher.Publications.Release(publication);
    }

    /// <summary>A batch entry: this dispatcher's plain subscribers only. Takes over the reference.</summary>
    public void RouteFromOther(Publication publication)
    {
        var message = Message.From(publication);
        DeliverLocally(dispatcher.Cache.Find(message.Topic), ref message, fromOther: true);
        message.Drop(dispatcher.Publications);
    }

    /// <summary>A batch entry for one member of a shared group. Takes over the reference.</summary>
    public void RouteShared(Publication publication, Subscription member, MessageOrigin origin)
    {
        var message = Message.From(publication);
        message.Exchange = origin.Kind == OriginKind.Published ? message.Exchange : default;
        dispatcher.Journal?.Origin = origin;
        dispatcher.Outbound.Begin(ref message, 1);

        // It was chosen on another dispatcher and may have left since. Offline is no reason to go to another offline
        // member: two of them on two dispatchers would send the message to and fro for ever.
        bool stays = !member.IsRemoved; // [MQTT-3.10.4-2]
        bool mayTake = stays && member.Session.IsConnected;
        if (!mayTake && TryPassOn(ref message, member, connectedOnly: stays))
        {
            stays = false;
        }

        if (stays)
        {
            dispatcher.Outbound.Deliver(member.Session, ref message, SharedDelivery(in message, member));
        }

        dispatcher.Journal?.Origin = default;
        message.Drop(dispatcher.Publications);
    }

    /// <summary>
    /// Gives a message of a member that leaves to another member of its group. False when there is none that could
    /// take it. Does not take over the caller's reference.
    /// </summary>
    public bool TryPassOn(ref Message message, Subscription leaving, bool connectedOnly)
    {
        if (leaving.Group!.Pick(dispatcher.Id, leaving) is not { } other
            || (connectedOnly && !other.Session.IsConnected))
        {
            return false;
        }

        GiveTo(other, ref message);
        return true;
    }

    /// <summary>The burst in a publication that <see cref="HoldBurst"/> made.</summary>
    public static PublishBurst ReadBurst(Publication publication, bool isMqtt5, out Message first)
    {
        first = Message.From(publication);
        first.Held = null; // the single messages are others
        first.FrameIsMqtt5 = isMqtt5;
        ReadOnlySpan<byte> frames = publication.Payload;
        FrameDecoder.TryRead(frames, PublishBurst.FrameBytesMax, out FixedHeader header, out _);
        return PublishBurst.Read(isMqtt5, header, frames);
    }

    private Publication HoldBurst(in Message first, in PublishBurst burst)
    {
        Message block = first;
        block.Payload = burst.Frames;
        return dispatcher.Publications.Create(in block);
    }

    private void DeliverBurst(SubscriberChain chain, ref Message first, in PublishBurst burst)
    {
        int chunks = chain.ChunkCount(dispatcher.Id);
        for (int i = 0; i < chunks; i++)
        {
            foreach (Subscription subscription in chain.Chunk(dispatcher.Id, i))
            {
                if (!subscription.Options.NoLocal || subscription.Session.Number != first.Publisher)
                {
                    dispatcher.Outbound.DeliverBurst(
                        subscription.Session, subscription.Identifier, ref first, in burst);
                }
            }

            dispatcher.FlushIfMuchIsBuffered();
        }
    }

    private static ulong MaskOf(MatchResult match)
    {
        ulong mask = 0;
        for (int i = 0; i < match.ChainCount; i++)
        {
            mask |= match.Chains[i].DispatcherMask;
        }

        return mask;
    }

    private static Delivery SharedDelivery(in Message message, Subscription member) => new(
        Lower(message.QoS, member.Options.QoS),
        message.Retain && member.Options.RetainAsPublished,
        member.Identifier,
        member);

    // [MQTT-3.8.4-8] the lower of published and granted
    private static QualityOfService Lower(QualityOfService published, QualityOfService granted) =>
        published < granted ? published : granted;

    private void DeliverLocally(MatchResult match, ref Message message, bool fromOther)
    {
        if (dispatcher.Walks.Takes(match, message.Topic))
        {
            dispatcher.Walks.Add(match, ref message, fromOther);
            return;
        }

        if (match.ChainCount == 1)
        {
            SubscriberChain chain = match.Chains[0];
            int chunks = chain.ChunkCount(dispatcher.Id);

            // The chain's first subscriber is a chunk of its own: two chunks are at least two receivers.
            int receivers = chunks == 1 ? chain.Chunk(dispatcher.Id, 0).Length : chunks;
            dispatcher.Outbound.Begin(ref message, receivers);
            for (int i = 0; i < chunks; i++)
            {
                foreach (Subscription subscription in chain.Chunk(dispatcher.Id, i))
                {
                    DeliverTo(subscription, ref message);
                }

                dispatcher.FlushIfMuchIsBuffered();
            }

            return;
        }

        DeliverMerged(match, ref message);
    }

    private void RouteEach(ref Message first, in PublishBurst burst)
    {
        int offset = 0;
        while (burst.TryNext(ref offset, ref first))
        {
            Route(ref first);
            first.Drop(dispatcher.Publications);
            dispatcher.FlushIfMuchIsBuffered();
        }
    }

    private void DeliverTo(Subscription subscription, ref Message message)
    {
        SubscriptionOptions options = subscription.Options;
        if (options.NoLocal && subscription.Session.Number == message.Publisher)
        {
            return; // [MQTT-3.8.3-3]
        }

        dispatcher.Outbound.Deliver(subscription.Session, ref message, new Delivery(
            Lower(message.QoS, options.QoS),
            message.Retain && options.RetainAsPublished, // [MQTT-3.3.1-12] [MQTT-3.3.1-13] [MQTT3-3.3.1-9]
            subscription.Identifier,
            null));
    }

    private void DeliverMerged(MatchResult match, ref Message message)
    {
        // [MQTT-3.3.4-2] [MQTT3-3.3.5-1] one copy with the highest QoS [MQTT-3.3.4-4] and all Subscription Identifiers
        _merger.Begin();
        for (int c = 0; c < match.ChainCount; c++)
        {
            SubscriberChain chain = match.Chains[c];
            int chunks = chain.ChunkCount(dispatcher.Id);
            for (int i = 0; i < chunks; i++)
            {
                foreach (Subscription subscription in chain.Chunk(dispatcher.Id, i))
                {
                    if (!subscription.Options.NoLocal || subscription.Session.Number != message.Publisher)
                    {
                        _merger.Add(subscription);
                    }
                }
            }
        }

        dispatcher.Outbound.Begin(ref message, _merger.Count);
        for (int i = 0; i < _merger.Count; i++)
        {
            Session session = _merger.Get(i, message.QoS, message.Retain, out Delivery delivery);
            dispatcher.Outbound.Deliver(session, ref message, in delivery);
            if ((i & 63) == 63)
            {
                dispatcher.FlushIfMuchIsBuffered();
            }
        }

        _merger.End();
    }

    private bool RouteToGroups(MatchResult match, ref Message message)
    {
        bool any = false;
        for (int c = 0; c < match.ChainCount; c++)
        {
            foreach (SharedGroup group in match.Chains[c].Groups)
            {
                if (HasAlready(group, in message))
                {
                    any = true;
                }
                else if (group.Pick(dispatcher.Id) is { } member)
                {
                    any = true;
                    GiveTo(member, ref message);
                }
            }
        }

        return any;
    }

    // A message that comes once more because the broker ended in the middle of it.
    private bool HasAlready(SharedGroup group, in Message message) =>
        !message.Exchange.IsNone
        && dispatcher.Shared.HalfDelivered is { } half
        && half.Has(message.Exchange, group);

    private void GiveTo(Subscription member, ref Message message)
    {
        if (member.Session.Dispatcher == dispatcher.Id)
        {
            dispatcher.Outbound.Begin(ref message, 1);
            dispatcher.Outbound.Deliver(member.Session, ref message, SharedDelivery(in message, member));
            return;
        }

        Publication publication = message.Hold(dispatcher.Publications);
        publication.AddReference();
        MessageOrigin origin = dispatcher.Journal?.Origin ?? default;
        dispatcher.Outboxes.Add(member.Session.Dispatcher, publication, member, origin);
    }
}
