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
        if (segment.HasContent)
        {
            Arrive(durable, segment, Decode(durable, segment, segment.Content));
        }
        else
        {
            Read(durable, segment, messages => Arrive(durable, segment, messages));
        }
    }

    /// <summary>
    /// A session ends whose queue has segments with messages of shared subscriptions: they go to other members.
    /// </summary>
    public void PassOn(DurableSession durable, MessageQueue queue, Action<Publication, Delivery> take)
    {
        foreach (QueueSegment segment in queue.Segments)
        {
            if (segment.HasContent)
            {
                Take(Decode(durable, segment, segment.Content));
            }
            else
            {
                Read(durable, segment, Take);
            }
        }

        void Take(List<QueuedMessage> messages)
        {
            foreach (QueuedMessage message in messages)
            {
                take(message.Publication, message.Delivery);
                dispatcher.Publications.Release(message.Publication);
            }
        }
    }

    /// <summary>The messages of a segment that are still in the queue.</summary>
    public List<QueuedMessage> Decode(DurableSession durable, QueueSegment segment, ReadOnlySpan<byte> content)
    {
        var messages = new List<QueuedMessage>(segment.Messages);
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

    private void Read(DurableSession durable, QueueSegment segment, Action<List<QueuedMessage>> take) =>
        writer.Read(durable.Id, segment.First, content =>
            dispatcher.Inbox.Post(new Command(_ => take(Decode(durable, segment, content)))));

    // A row that is not there is as lost as one that is damaged.
    private List<QueuedMessage> Decode(DurableSession durable, QueueSegment segment, byte[]? content)
    {
        if (content is not null)
        {
            return Decode(durable, segment, content.AsSpan());
        }

        dispatcher.Shared.Log.SegmentLost(durable.Session.ClientIdentifier, "it is not there");
        return [];
    }

    private void Arrive(DurableSession durable, QueueSegment segment, List<QueuedMessage> messages)
    {
        if (durable.IsEnded || durable.Session.Queue is not { } queue)
        {
            foreach (QueuedMessage message in messages)
            {
                dispatcher.Publications.Release(message.Publication);
            }

            return;
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
