// The retained messages of all topics: a tree of levels, and a heap of those that expire. Shared by all dispatchers.
// Owns one reference on each stored publication; what leaves the store is handed to the caller with that reference.
// Writers and cursors take the one lock for a bounded piece of work each. It is a leaf lock: nothing else is locked
// and no publication is released while it is held. Sequence numbers order Set and Open: see RetainedCursor.
using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Topics;

internal sealed class RetainedMessages(ulong hashSeed)
{
    private readonly Lock _lock = new();
    private readonly TopicHasher _hasher = new(hashSeed);
    private readonly RetainedNode _root = new([], null, 0);
    private readonly ExpiryHeap _expiries = new();
    private ulong _sequence;
    private int _count;
    private long _bytes;

    public int Count => Volatile.Read(ref _count);

    // Topics, properties and payloads of the stored messages.
    public long Bytes => Volatile.Read(ref _bytes);

    internal Lock Lock => _lock;

    // Takes over the caller's reference; returns the replaced message, which the caller releases [MQTT-3.3.1-5].
    public Publication? Set(Publication publication)
    {
        lock (_lock)
        {
            ulong sequence = ++_sequence;
            RetainedNode node = MakeNode(publication.Topic, sequence);
            Publication? replaced = TakeMessage(node);
            node.Message = publication;
            node.MessageSequence = sequence;
            Account(publication, 1);
            if (Expires(publication))
            {
                _expiries.Add(node, publication.ExpiresAtMilliseconds);
            }

            return replaced;
        }
    }

    // Returns the removed message, which the caller releases [MQTT-3.3.1-6].
    public Publication? Remove(ReadOnlySpan<byte> topic)
    {
        lock (_lock)
        {
            RetainedNode? node = FindNode(topic);
            if (node?.Message is null)
            {
                return null;
            }

            Publication? removed = TakeMessage(node);
            Prune(node);
            return removed;
        }
    }

    // The message of a topic with a reference for the caller; null: none. For the store's writer.
    public Publication? Find(ReadOnlySpan<byte> topic)
    {
        lock (_lock)
        {
            Publication? message = FindNode(topic)?.Message;
            message?.AddReference();
            return message;
        }
    }

    // Whether the topic has a message now: at the limit of the store a replacement is still welcome.
    public bool Contains(ReadOnlySpan<byte> topic)
    {
        lock (_lock)
        {
            return FindNode(topic) is { Message: not null };
        }
    }

    // Whether a walk could find anything: the levels before the first wildcard exist, and without a wildcard they have
    // a message. Nothing is retained for most subscriptions, and a walk is some 600 bytes of objects.
    public bool MayMatch(ReadOnlySpan<byte> filter)
    {
        lock (_lock)
        {
            RetainedNode node = _root;
            int offset = 0;
            while (offset <= filter.Length)
            {
                ReadOnlySpan<byte> level = TopicLevel.Next(filter, ref offset);
                if (level is [(byte)'+'] or [(byte)'#'])
                {
                    return true;
                }

                if (FindChild(node, level) is not { } child)
                {
                    return false;
                }

                node = child;
            }

            return node.Message is not null;
        }
    }

    // A walk over the messages that are there now and match. The filter is valid, without "$share/". seesReplaced: with
    // what replaces one of them on the way.
    public RetainedCursor Open(ReadOnlySpan<byte> filter, bool seesReplaced = false)
    {
        lock (_lock)
        {
            return new RetainedCursor(this, _root, filter, _sequence, seesReplaced);
        }
    }

    // A walk with seesReplaced that goes on from a place it told, with the same filter.
    public RetainedCursor Reopen(ReadOnlySpan<byte> filter, ReadOnlySpan<ulong> place)
    {
        lock (_lock)
        {
            var cursor = new RetainedCursor(this, _root, filter, place[0], seesReplaced: true);
            cursor.GoTo(place);
            return cursor;
        }
    }

    // Takes out up to removed.Length expired messages, the longest expired first; the caller releases them.
    public int SweepExpired(long nowMilliseconds, Span<Publication> removed)
    {
        int count = 0;
        lock (_lock)
        {
            while (count < removed.Length
                && _expiries.TryPeek(out RetainedNode node, out long due)
                && due <= nowMilliseconds)
            {
                removed[count++] = TakeMessage(node)!;
                Prune(node);
            }
        }

        return count;
    }

    // Under the lock.
    internal RetainedNode? FindChild(RetainedNode node, ReadOnlySpan<byte> level) =>
        node.Children?.Find(level, _hasher);

    internal static bool IsExpired(Publication publication, long nowMilliseconds) =>
        Expires(publication) && publication.ExpiresAtMilliseconds <= nowMilliseconds;

    // Zero, a negative value and the largest value all mean: never.
    private static bool Expires(Publication publication) =>
        publication.ExpiresAtMilliseconds is > 0 and < long.MaxValue;

    private Publication? TakeMessage(RetainedNode node)
    {
        Publication? message = node.Message;
        if (message is not null)
        {
            node.Message = null;
            Account(message, -1);
            if (node.HeapPosition != RetainedNode.NotInHeap)
            {
                _expiries.Remove(node);
            }
        }

        return message;
    }

    private void Account(Publication publication, int sign)
    {
        Volatile.Write(ref _count, _count + sign);
        Volatile.Write(ref _bytes, _bytes + (sign * (long)publication.Bytes));
    }

    private RetainedNode MakeNode(ReadOnlySpan<byte> topic, ulong sequence)
    {
        RetainedNode node = _root;
        int offset = 0;
        while (offset <= topic.Length)
        {
            ReadOnlySpan<byte> level = TopicLevel.Next(topic, ref offset);
            RetainedChildren children = node.Children ??= new RetainedChildren();
            RetainedNode? child = children.Find(level, _hasher);
            if (child is null)
            {
                child = new RetainedNode(level, node, sequence);
                children.Add(child, _hasher);
            }

            node = child;
        }

        return node;
    }

    private RetainedNode? FindNode(ReadOnlySpan<byte> topic)
    {
        RetainedNode? node = _root;
        int offset = 0;
        while (node is not null && offset <= topic.Length)
        {
            node = FindChild(node, TopicLevel.Next(topic, ref offset));
        }

        return node;
    }

    private void Prune(RetainedNode node)
    {
        while (node.Message is null && node.Children is null && node.Parent is { } parent)
        {
            parent.Children!.Prune(node, _hasher);
            if (parent.Children.IsEmpty)
            {
                parent.Children = null;
            }

            node = parent;
        }
    }
}
