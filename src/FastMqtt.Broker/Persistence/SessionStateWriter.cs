// Writes what a session has now: its row, and its state, after which the log so far is not needed for it. The window
// goes into the state, with its messages; so does a short queue. A longer queue becomes segments, which leave memory.

using System.Runtime.InteropServices;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Transport.Buffers;

namespace FastMqtt.Broker.Persistence;

internal sealed class SessionStateWriter(BrokerState shared)
{
    private readonly RecordWriter _state = new();
    private readonly RecordWriter _segment = new();
    private readonly List<Exchange> _exchanges = [];

    public SessionRow RowOf(DurableSession durable)
    {
        Session session = durable.Session;
        return new SessionRow(
            durable.Id,
            session.ClientIdentifier,
            session.UserName,
            durable.HasAnyOwner ? SessionRow.AnyOwner : session.Access?.ListenerName,
            session.ExpiryInterval,
            durable.DisconnectedAt,
            session.Will is { } will ? WillCodec.Write(will, shared) : null);
    }

    /// <summary>Adds a session's state to a batch that gets nothing more about it.</summary>
    /// <returns>About how many bytes that was.</returns>
    public long Save(DurableSession durable, JournalBatch batch)
    {
        long before = batch.Bytes;
        MessageQueue? queue = durable.Session.Queue;
        if (queue?.UnpackedBytes > shared.Writer!.Sizes.StateQueueBytes)
        {
            Pack(durable, queue);
        }

        DeleteSpent(durable, queue, batch);
        PutPacked(durable, batch);
        WriteState(durable, queue);
        batch.Add(new StoreOperation
        {
            Kind = StoreOperationKind.PutState,
            Session = durable.Id,
            Number = batch.LogId,
            Bytes = batch.Keep(_state.Written),
        });
        batch.AddBytes(_state.Length);
        _state.Clear(Limits.StoreBufferKept);
        return batch.Bytes - before;
    }

    /// <summary>What lies in memory behind everything else becomes segments, whose rows go with the state.</summary>
    public void Pack(DurableSession durable, MessageQueue queue)
    {
        List<QueueSegment> packed = durable.Packed ??= [];
        int first = packed.Count;
        while (queue.HasUnpacked)
        {
            packed.Add(PackOne(durable, queue));
        }

        foreach (QueueSegment segment in CollectionsMarshal.AsSpan(packed)[first..])
        {
            queue.AddSegment(segment);
        }
    }

    /// <summary>The session is over: what was packed and is in no batch is not needed.</summary>
    public void DropPacked(DurableSession durable)
    {
        foreach (QueueSegment segment in CollectionsMarshal.AsSpan(durable.Packed))
        {
            segment.DropContent(SlabsOf(durable));
        }

        durable.Packed = null;
    }

    private SlabPool SlabsOf(DurableSession durable) => shared.Dispatchers[durable.Session.Dispatcher].Slabs;

    // Segments that were read: what is left of them in memory begins with the first message that is ready.
    private void DeleteSpent(DurableSession durable, MessageQueue? queue, JournalBatch batch)
    {
        long needed = queue is { IsReady: true } && queue.Ready[0].Stored.Entry == StoredMessage.InSegment
            ? queue.Ready[0].Stored.Sequence
            : long.MaxValue;
        for (int i = durable.Spent.Count - 1; i >= 0; i--)
        {
            QueueSegment segment = durable.Spent[i];
            if (segment.Last >= needed)
            {
                continue;
            }

            durable.Spent.RemoveAt(i);
            if (!segment.IsPut)
            {
                segment.DropContent(SlabsOf(durable)); // came and went between two states
                continue;
            }

            batch.Add(new StoreOperation
            {
                Kind = StoreOperationKind.DeleteSegment,
                Session = durable.Id,
                Number = segment.First,
            });
        }
    }

    // Behind the deletions: a new one may begin with the number of one that was read.
    private static void PutPacked(DurableSession durable, JournalBatch batch)
    {
        foreach (QueueSegment segment in CollectionsMarshal.AsSpan(durable.Packed))
        {
            if (!segment.HasContent)
            {
                continue;
            }

            segment.IsPut = true;
            batch.Add(new StoreOperation
            {
                Kind = StoreOperationKind.PutSegment,
                Session = durable.Id,
                Head = new SegmentRow(durable.Id, segment.First, segment.Last, segment.Messages, segment.Bytes),
                Segment = segment,
            });
            batch.AddBytes(segment.Content.Length);
            batch.Segments.Add(segment);
        }

        durable.Packed?.Clear();
    }

    private QueueSegment PackOne(DurableSession durable, MessageQueue queue)
    {
        PublicationPool pool = shared.Dispatchers[durable.Session.Dispatcher].Publications;
        long first = 0;
        long last = 0;
        int count = 0;
        long bytes = 0;
        while (_segment.Length < shared.Writer!.Sizes.SegmentBytes && queue.TryTakeUnpacked(out QueuedMessage message))
        {
            first = count == 0 ? message.Stored.Sequence : first;
            last = message.Stored.Sequence;
            count++;
            bytes += message.Publication.Bytes;
            _segment.Number(message.Stored.Sequence);
            MessageCodec.Write(_segment, message.Delivery);
            MessageCodec.Write(_segment, message.Publication, shared);
            pool.Release(message.Publication);
        }

        _segment.Seal();
        var segment = new QueueSegment(first, last, count, bytes);
        segment.KeepContent(_segment.Written, SlabsOf(durable));
        _segment.Clear(Limits.StoreBufferKept);
        return segment;
    }

    private void WriteState(DurableSession durable, MessageQueue? queue)
    {
        Session session = durable.Session;
        _state.Clear();
        long queueFrom = QueueFrom(durable, queue);
        _state.Number(durable.LastSequence);
        _state.Number(queueFrom);
        _state.Number(durable.Exchanges);
        WriteOpenExchanges(durable);
        WriteReceived(durable);
        WriteWindow(session.Inflight);
        WriteQueue(durable, queue);
        durable.Holes?.RemoveWhere(sequence => sequence < queueFrom);
        _state.Number(durable.Holes?.Count ?? 0);
        if (durable.Holes is { } holes)
        {
            foreach (long hole in holes)
            {
                _state.Number(hole);
            }
        }

        _state.Seal();
    }

    // Those whose identifier is not stored yet: of this run, and half delivered in an earlier one.
    private void WriteOpenExchanges(DurableSession durable)
    {
        _exchanges.Clear();
        if (durable.Receiving is { } receiving)
        {
            foreach ((Exchange exchange, long _) in receiving.Values)
            {
                _exchanges.Add(exchange);
            }
        }

        if (shared.HalfDelivered is { } half)
        {
            foreach (HalfDelivered.Receivers receivers in half.All)
            {
                if (receivers.Exchange.Session == durable.Id)
                {
                    _exchanges.Add(receivers.Exchange);
                }
            }
        }

        _state.Number(_exchanges.Count);
        foreach (Exchange exchange in _exchanges)
        {
            _state.Number(exchange.Value);
        }
    }

    // The first message that has not left the queue, as far as segments go.
    private static long QueueFrom(DurableSession durable, MessageQueue? queue)
    {
        if (queue is { IsReady: true } && queue.Ready[0].Stored.Entry == StoredMessage.InSegment)
        {
            return queue.Ready[0].Stored.Sequence;
        }

        return queue?.FirstSegment is { } segment
            ? Math.Max(segment.First, segment.SkipBefore)
            : durable.LastSequence + 1;
    }

    // One that is being received is not: until all receivers have the message it has to come again after a crash.
    private void WriteReceived(DurableSession durable)
    {
        if (durable.Session.Received is not { } all)
        {
            _state.Number(0);
            return;
        }

        var received = new List<ushort>();
        foreach (ushort identifier in all.All())
        {
            if (!durable.IsReceiving(identifier, out _))
            {
                received.Add(identifier);
            }
        }

        _state.Number(received.Count);
        foreach (ushort identifier in received)
        {
            _state.Number(identifier);
        }
    }

    private void WriteWindow(InflightWindow? window)
    {
        _state.Number(window?.Count ?? 0);
        if (window is null)
        {
            return;
        }

        for (ushort id = window.FirstPublished; id != 0; id = window[id].Next)
        {
            WriteInflight(window, id);
            MessageCodec.Write(_state, window[id].Publication!, shared);
        }

        for (ushort id = window.FirstReleased; id != 0; id = window[id].Next)
        {
            WriteInflight(window, id);
        }
    }

    private void WriteInflight(InflightWindow window, ushort id)
    {
        ref InflightMessage entry = ref window[id];
        _state.Number(id);
        _state.Byte((byte)entry.State);
        _state.Number(entry.Stored.Sequence);
        MessageCodec.Write(_state, entry.Delivery);
    }

    private void WriteQueue(DurableSession durable, MessageQueue? queue)
    {
        int count = queue is null ? 0 : CountUnsaved(in queue.Ready) + CountUnsaved(in queue.Behind);
        _state.Number(count + (durable.Leaving?.Count ?? 0));
        if (durable.Leaving is { } leaving)
        {
            foreach (QueuedMessage message in leaving.Values)
            {
                WriteQueued(in message);
            }
        }

        if (count > 0)
        {
            WriteUnsaved(in queue!.Ready);
            WriteUnsaved(in queue.Behind);
        }
    }

    private void WriteQueued(in QueuedMessage message)
    {
        _state.Number(message.Stored.Sequence);
        MessageCodec.Write(_state, message.Delivery);
        MessageCodec.Write(_state, message.Publication, shared);
    }

    private static bool IsUnsaved(in QueuedMessage message) =>
        message.Stored.Entry != StoredMessage.InSegment
        && message.Delivery.QoS != FastMqtt.Protocol.QualityOfService.AtMostOnce;

    private static int CountUnsaved(in MessageRing ring)
    {
        int count = 0;
        for (int i = 0; i < ring.Count; i++)
        {
            count += IsUnsaved(in ring[i]) ? 1 : 0;
        }

        return count;
    }

    private void WriteUnsaved(in MessageRing ring)
    {
        for (int i = 0; i < ring.Count; i++)
        {
            ref readonly QueuedMessage message = ref ring[i];
            if (IsUnsaved(in message))
            {
                WriteQueued(in message);
            }
        }
    }
}
