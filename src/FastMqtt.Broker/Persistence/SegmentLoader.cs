// Brings segments of queues back into memory: asks the writer for one, and gives its messages to the queue when it
// comes. One segment of a session at a time, and only when nothing else of its queue is ready: what a client has not
// drained stays on the disk. One per dispatcher.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Persistence;

internal sealed class SegmentLoader(Dispatcher dispatcher, StoreWriter writer)
{
    /// <summary>The queue of a connected session has run out of what is ready.</summary>
    public void Fetch(Session session)
    {
        if (session.Durable is not { } durable || session.Queue is not { NextSegment: { } segment } queue)
        {
            return;
        }

        queue.IsFetching = true;
        if (segment.Content is { } content)
        {
            Arrive(durable, segment, content);
        }
        else
        {
            Read(durable, segment, Arrive);
        }
    }

    /// <summary>
    /// A session ends whose queue has segments with messages of shared subscriptions: they go to other members.
    /// </summary>
    public void PassOn(DurableSession durable, MessageQueue queue, Action<Publication, Delivery> take)
    {
        foreach (QueueSegment segment in queue.Segments)
        {
            if (segment.Content is { } content)
            {
                Take(segment, content);
            }
            else
            {
                Read(durable, segment, (_, read, bytes) => Take(read, bytes));
            }
        }

        void Take(QueueSegment segment, byte[]? content)
        {
            foreach (QueuedMessage message in Decode(durable, segment, content))
            {
                take(message.Publication, message.Delivery);
                dispatcher.Publications.Release(message.Publication);
            }
        }
    }

    /// <summary>The messages of a segment that are still in the queue.</summary>
    public List<QueuedMessage> Decode(DurableSession durable, QueueSegment segment, byte[]? content)
    {
        var messages = new List<QueuedMessage>();
        if (content is null)
        {
            return messages;
        }

        try
        {
            RecordReader reader = RecordReader.Open(content);
            while (!reader.IsAtEnd)
            {
                var stored = new StoredMessage(reader.Long(), 0, StoredMessage.InSegment);
                Delivery delivery = MessageCodec.ReadDelivery(ref reader, durable.Session);
                Message message = MessageCodec.Read(ref reader, dispatcher.Shared);
                bool isOver = stored.Sequence < segment.SkipBefore
                    || durable.Holes?.Contains(stored.Sequence) == true
                    || (segment.IsRecovered && delivery.QoS == QualityOfService.AtMostOnce);
                if (!isOver)
                {
                    messages.Add(new QueuedMessage(dispatcher.Publications.Create(in message), delivery, stored));
                }
            }
        }
        catch (StoreException failure)
        {
            dispatcher.Shared.Log.SegmentLost(durable.Session.ClientIdentifier, failure.Message);
        }

        return messages;
    }

    private void Read(
        DurableSession durable, QueueSegment segment, Action<DurableSession, QueueSegment, byte[]?> take) =>
        writer.Read(durable.Id, segment.First, content =>
            dispatcher.Inbox.Post(new Command(_ => take(durable, segment, content))));

    private void Arrive(DurableSession durable, QueueSegment segment, byte[]? content)
    {
        if (durable.IsEnded || durable.Session.Queue is not { } queue)
        {
            return;
        }

        List<QueuedMessage> messages = Decode(durable, segment, content);
        if (messages.Count == 0 && content is null)
        {
            dispatcher.Shared.Log.SegmentLost(durable.Session.ClientIdentifier, "it is not there");
        }

        queue.TakeSegment(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(messages));
        durable.Spent.Add(segment);
        if (durable.Spent.Count >= writer.Sizes.SpentSegments)
        {
            durable.Journal.SaveSoon(durable);
        }

        if (durable.Session.Client is { } client)
        {
            dispatcher.MarkDirty(client, 0);
        }
    }
}
