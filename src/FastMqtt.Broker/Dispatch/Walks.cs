// Fan-outs to so many receivers that the others would wait for them: they are done in slices, one a tick, and between
// two slices every ready socket is served. One per dispatcher; only its thread comes here.
//
// Order of events. A message with more than Limits.ReceiversAtOnce receivers here becomes a walk: it is copied into a
// publication, and that is when it is safe and may be acknowledged. Walks are done one after the other, first in first
// out. A walk begins with a list of the subscriptions its chains have at that moment. From then on
//   - who subscribes is not in the list: what is published later comes to it by later messages;
//   - who unsubscribes, or whose session ends, is passed over: its subscription is marked as removed;
//   - who reconnects or is taken over is served where its session is now, or from its queue.
// A session with several matching subscriptions is served once, at the first one in the list, with all that it has
// then.
//
// Nothing overtakes. While a topic is on a walk or waits for one, every further message of it becomes a walk, however
// few it is for. The client that published is not read until its walks are done: that keeps the order of all it sends,
// and bounds what waits here: one read of a client, one will of a session. What came from another dispatcher counts as
// waiting in our inbox until its walk ends: that dispatcher stops reading when it is too much. $SYS waits for its own.
// Shared groups and other dispatchers get a message at once, as always: each of them keeps its own order.

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Walks(Dispatcher dispatcher)
{
    /// <summary>Receivers whose list is kept for the next walk: 1 MiB of references.</summary>
    private const int ReceiversKept = 1 << 17;

    /// <summary>Walks kept for reuse.</summary>
    private const int FreeMax = 16;

    /// <summary>Deliveries into an output that cost as much as one send: 0.1 us and 8 us.</summary>
    private const int DeliveriesPerSend = 80;

    private readonly Queue<Walk> _waiting = new();
    private readonly Stack<Walk> _free = new();
    private readonly Dictionary<ulong, int> _topics = [];
    private Walk? _last;
    private Subscription[] _receivers = [];
    private int _receiverCount;
    private int _next;
    private int _own;
    private ulong _stamp;

    /// <summary>Whether a walk is under way or waits: the next tick comes at once.</summary>
    public bool IsBusy => _waiting.Count > 0;

    /// <summary>Whether a message of the broker itself waits: $SYS is not published faster than it is taken.</summary>
    public bool HasOwn => _own > 0;

    /// <summary>Messages and bursts that became part of a walk, ever. Walks are done in this order.</summary>
    public long Messages { get; private set; }

    /// <summary>How many of them have been brought to everybody.</summary>
    public long MessagesDone { get; private set; }

    /// <summary>Limits.ReceiversAtOnce; less in tests.</summary>
    public int ReceiversAtOnce { get; set; } = Limits.ReceiversAtOnce;

    /// <summary>Limits.WalkSlice; less in tests.</summary>
    public int Slice { get; set; } = Limits.WalkSlice;

    /// <summary>For tests: nothing goes on.</summary>
    public bool IsHeld { get; set; }

    /// <summary>The client whose packets are being handled: a walk they cause pauses it.</summary>
    public Client? Reading { get; set; }

    /// <summary>Whether a message must be a walk: it is for so many here, or its topic waits for one.</summary>
    public bool Takes(MatchResult match, ReadOnlySpan<byte> topic)
    {
        if (_waiting.Count > 0 && _topics.ContainsKey(dispatcher.Shared.Subscriptions.Hasher.Hash(topic)))
        {
            return true;
        }

        int receivers = 0;
        for (int i = 0; i < match.ChainCount && receivers <= ReceiversAtOnce; i++)
        {
            receivers += match.Chains[i].Count(dispatcher.Id);
        }

        return receivers > ReceiversAtOnce;
    }

    /// <summary>Makes a message part of a walk.</summary>
    /// <param name="match">What the topic leads to.</param>
    /// <param name="message">Its publication gets a reference more.</param>
    /// <param name="fromOther">It came by the inbox: it counts there until its walk ends.</param>
    public void Add(MatchResult match, ref Message message, bool fromOther)
    {
        Publication publication = message.Hold(dispatcher.Publications);
        publication.AddReference();
        Add(match, publication, WalkItemKind.Message, fromOther);
    }

    /// <summary>Makes a burst of QoS 0 part of a walk. Takes over the reference of what holds its frames.</summary>
    public void AddBurst(MatchResult match, Publication frames, bool isMqtt5, bool fromOther) =>
        Add(match, frames, isMqtt5 ? WalkItemKind.BurstOfMqtt5 : WalkItemKind.BurstOfMqtt3, fromOther);

    /// <summary>
    /// Whether a client that waits for its walks may go on with what it has sent: a PUBLISH that joins the last one.
    /// </summary>
    public bool MayJoin(Client client, ReadOnlySpan<byte> unread)
    {
        if (_last is not { } last
            || last.Client != client
            || dispatcher.Hooks is { Publishing: not null } // the topic it has may not be the one it goes to
            || FrameDecoder.TryRead(unread, Walk.BytesMax, out FixedHeader header, out _, client.Version)
                != FrameResult.Complete
            || header.Type != PacketType.Publish)
        {
            return false;
        }

        ReadOnlySpan<byte> body = unread[header.HeaderLength..header.TotalLength];
        if (!BinaryPrimitives.TryReadUInt16BigEndian(body, out ushort topicBytes)
            || topicBytes == 0
            || topicBytes > body.Length - sizeof(ushort))
        {
            return false;
        }

        MatchResult match = dispatcher.Cache.Find(body.Slice(sizeof(ushort), topicBytes));
        return match.ChainCount > 0 && last.Takes(match, client.Session!.Number, header.TotalLength);
    }

    /// <summary>Goes on with the first walk, and with the next ones as far as a slice reaches.</summary>
    /// <param name="served">Sockets that were ready in this tick: the walk has as many turns.</param>
    public void Step(int served)
    {
        int left = IsHeld ? 0 : Math.Max(Slice, served);
        while (left > 0 && _waiting.TryPeek(out Walk? walk))
        {
            if (!walk.HasBegun)
            {
                Begin(walk);
            }

            int end = Math.Min(_receiverCount, _next + Math.Min(left, SliceOf(walk)));
            left -= Math.Max(end - _next, 1) * Slice / SliceOf(walk);
            Serve(walk, end);
            dispatcher.FlushIfMuchIsBuffered();
            if (_next == _receiverCount)
            {
                End(walk);
            }
        }
    }

    /// <summary>The broker ends: what is accepted goes out first, as far as the time reaches.</summary>
    public void Finish(long until)
    {
        while (IsBusy && dispatcher.Shared.Milliseconds() < until)
        {
            Step(0);
        }
    }

    private void Add(MatchResult match, Publication publication, WalkItemKind kind, bool fromOther)
    {
        ulong publisher = publication.Publisher;
        if (_last is not { } walk || walk.Client != Reading || !walk.Takes(match, publisher, publication.Bytes))
        {
            walk = _free.TryPop(out Walk? free) ? free : new Walk();
            walk.Open(match, Reading, publisher);
            _waiting.Enqueue(walk);
            _last = walk;
            _own += publisher == 0 ? 1 : 0;
            if (Reading is { } client)
            {
                client.Walks++;
            }
        }

        ulong topic = dispatcher.Shared.Subscriptions.Hasher.Hash(publication.Topic);
        CollectionsMarshal.GetValueRefOrAddDefault(_topics, topic, out _)++;
        if (dispatcher.Journal is { Waits: true } journal && publication.QoS != QualityOfService.AtMostOnce)
        {
            walk.Pin ??= journal.Pin();
            (walk.Pledges ??= []).Add(journal.Elsewhere.Await());
        }

        long inboxBytes = fromOther ? PublicationBatch.BytesOf(publication) : 0;
        walk.Add(new WalkItem(publication, kind, topic), inboxBytes);
        Messages++;
        if (inboxBytes > 0)
        {
            dispatcher.Inbox.Hold(inboxBytes);
        }
    }

    private void Begin(Walk walk)
    {
        walk.HasBegun = true;
        _stamp++;
        _next = 0;
        _receiverCount = 0;
        for (int c = 0; c < walk.Match.ChainCount; c++)
        {
            SubscriberChain chain = walk.Match.Chains[c];
            Reserve(_receiverCount + chain.Count(dispatcher.Id));
            int chunks = chain.ChunkCount(dispatcher.Id);
            for (int i = 0; i < chunks; i++)
            {
                ReadOnlySpan<Subscription> chunk = chain.Chunk(dispatcher.Id, i);
                chunk.CopyTo(_receivers.AsSpan(_receiverCount));
                _receiverCount += chunk.Length;
            }
        }
    }

    private void Reserve(int count)
    {
        if (count > _receivers.Length)
        {
            int capacity = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count);
            Array.Resize(ref _receivers, capacity);
        }
    }

    // Receivers of a slice: it should take as long for large or many messages as for a small one. To look for a
    // session's subscription in a chain costs as much as a delivery.
    private int SliceOf(Walk walk)
    {
        int parts = walk.Items.Count + walk.Match.ChainCount;
        int byCount = Slice * DeliveriesPerSend / (DeliveriesPerSend + parts);
        int byBytes = Limits.FlushBytes / Math.Max(walk.Bytes, 1);
        return Math.Clamp(Math.Min(byCount, byBytes), 1, Slice);
    }

    private void Serve(Walk walk, int end)
    {
        OverlapMerger merger = dispatcher.FanOut.Merger;
        merger.Begin();
        for (; _next < end; _next++)
        {
            ref Subscription receiver = ref _receivers[_next];
            if (!receiver.IsRemoved) // [MQTT-3.10.4-2]
            {
                Collect(merger, walk, receiver);
            }

            receiver = null!;
        }

        foreach (WalkItem item in walk.Items)
        {
            if (merger.Count == 0)
            {
                break;
            }

            if (item.Publication.HasExpired(dispatcher.Now))
            {
                DropExpired(merger, item.Publication); // [MQTT-3.3.2-5]
            }
            else if (item.Kind == WalkItemKind.Message)
            {
                Deliver(merger, item.Publication);
            }
            else
            {
                DeliverBurst(merger, item);
            }
        }

        merger.End();
    }

    // Once for each receiver. It is a single message: those of a burst have no properties, so they do not expire.
    private void DropExpired(OverlapMerger merger, Publication publication)
    {
        for (int i = 0; i < merger.Count; i++)
        {
            Session session = merger.Get(i, publication.QoS, publication.Retain, out _);
            dispatcher.Drops.Add(DropReason.Expired, session, publication.Topic, publication.PayloadBytes);
        }
    }

    private void Collect(OverlapMerger merger, Walk walk, Subscription receiver)
    {
        Session session = receiver.Session;
        if (walk.Match.ChainCount == 1 || session.Subscriptions.HasOne)
        {
            Add(merger, walk, receiver);
            return;
        }

        if (!session.Subscriptions.TryMark(_stamp))
        {
            return; // served at an earlier one
        }

        for (int c = 0; c < walk.Match.ChainCount; c++)
        {
            if (session.Subscriptions.Find(default, walk.Match.Chains[c].Filter) is { } subscription)
            {
                Add(merger, walk, subscription);
            }
        }
    }

    private static void Add(OverlapMerger merger, Walk walk, Subscription subscription)
    {
        if (!subscription.Options.NoLocal || subscription.Session.Number != walk.Publisher) // [MQTT-3.8.3-3]
        {
            merger.Add(subscription);
        }
    }

    private void Deliver(OverlapMerger merger, Publication publication)
    {
        var message = Message.From(publication);
        dispatcher.Outbound.Begin(ref message, merger.Count);
        for (int i = 0; i < merger.Count; i++)
        {
            Session session = merger.Get(i, message.QoS, message.Retain, out Delivery delivery);
            dispatcher.Outbound.Deliver(session, ref message, in delivery);
        }
    }

    private void DeliverBurst(OverlapMerger merger, WalkItem item)
    {
        bool isMqtt5 = item.Kind == WalkItemKind.BurstOfMqtt5;
        PublishBurst burst = FanOut.ReadBurst(item.Publication, isMqtt5, out Message first);
        for (int i = 0; i < merger.Count; i++)
        {
            Session session = merger.Get(i, QualityOfService.AtMostOnce, retain: false, out Delivery delivery);
            dispatcher.Outbound.DeliverBurst(session, delivery.SubscriptionIdentifier, ref first, in burst);
        }
    }

    private void End(Walk walk)
    {
        _waiting.Dequeue();
        MessagesDone += walk.Items.Count;
        foreach (WalkItem item in walk.Items)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(
                _topics, item.TopicHash);
            if (--count == 0)
            {
                _topics.Remove(item.TopicHash);
            }

            dispatcher.Publications.Release(item.Publication);
        }

        if (walk.InboxBytes > 0)
        {
            dispatcher.Inbox.Hold(-walk.InboxBytes);
        }

        KeepPledges(walk);
        _own -= walk.Publisher == 0 ? 1 : 0;
        if (walk.Client is { } client && --client.Walks == 0)
        {
            dispatcher.Reader.Add(client);
        }

        _last = walk == _last ? null : _last;
        walk.Clear();
        if (_free.Count < FreeMax)
        {
            _free.Push(walk);
        }

        if (!IsBusy && _receivers.Length > ReceiversKept)
        {
            _receivers = [];
        }
    }

    // Everyone has his message: what was promised waits for the transaction with the last of them.
    private void KeepPledges(Walk walk)
    {
        if (walk is { Pledges: { } pledges, Pin: { } pin })
        {
            walk.Pledges = null;
            walk.Pin = null;
            KeepPledges(dispatcher.Journal!, pledges, pin);
        }
    }

    // Apart, so that a walk without any allocates nothing.
    private static void KeepPledges(Journal journal, List<long> pledges, LogPin pin) =>
        journal.AfterCommit(() => journal.Elsewhere.Settle(pledges, pin.Release));
}
