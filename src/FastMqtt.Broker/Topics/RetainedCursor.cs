// A walk over the retained messages that match a filter, taken in steps, each under the store's lock and bounded. Held
// by a session while its socket sets the pace; needs no closing, and dropping it costs nothing. Memory is one frame
// per level.
//
// The cursor sees the store as of Open: a message set or replaced later has a larger sequence number and is skipped,
// because the subscriber gets it live; a removed one is gone. Its place under a node is the Created number of the last
// child it entered: children are ordered by it, so the place stays meaningful whatever is pruned, and the first child
// created after Open ends the walk of that node. A pruned node is empty for good; whatever takes its name later is
// newer than Open.
using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Topics;

internal sealed class RetainedCursor
{
    // Nodes looked at under one hold of the lock: about 50 us when each is a cache miss.
    private const int StepNodesMax = 512;
    private const int DepthMin = 4;

    private readonly RetainedMessages _store;
    private readonly byte[] _filter;
    private readonly ulong _sequence;
    private Frame[] _frames = new Frame[DepthMin];
    private int _depth;

    internal RetainedCursor(RetainedMessages store, RetainedNode root, ReadOnlySpan<byte> filter, ulong sequence)
    {
        _store = store;
        _filter = filter.ToArray();
        _sequence = sequence;
        Push(root, 0);
    }

    public bool IsFinished => _depth == 0;

    // Fills destination with as many as there are, each with a reference for the caller; 0: finished. Holds the lock
    // for a bounded time, as often as it takes to find one.
    public int Take(Span<Publication> destination, long nowMilliseconds)
    {
        int count = 0;
        while (!destination.IsEmpty && count == 0 && !IsFinished)
        {
            count = TakeStep(destination, nowMilliseconds);
        }

        return count;
    }

    // One hold of the lock: may find nothing although the walk is not finished (a filter that matches little in a large
    // store). For a caller that has other work to do in between.
    public int TakeStep(Span<Publication> destination, long nowMilliseconds)
    {
        int count = 0;
        lock (_store.Lock)
        {
            int work = StepNodesMax;
            while (_depth > 0 && count < destination.Length && work > 0)
            {
                work--;
                RetainedNode? visited = Advance(ref work);
                if (visited?.Message is { } message
                    && visited.MessageSequence <= _sequence
                    && !RetainedMessages.IsExpired(message, nowMilliseconds))
                {
                    message.AddReference();
                    destination[count++] = message;
                }
            }
        }

        return count;
    }

    // One move of the walk. Returns a node whose topic matches, if the move came to one.
    private RetainedNode? Advance(ref int work)
    {
        ref Frame frame = ref _frames[_depth - 1];
        RetainedNode node = frame.Node;
        if (frame.FilterOffset > _filter.Length)
        {
            Pop();
            return node;
        }

        int next = frame.FilterOffset;
        ReadOnlySpan<byte> level = TopicLevel.Next(_filter, ref next);
        bool isMultiLevel = level is [(byte)'#'];
        if (!isMultiLevel && level is not [(byte)'+'])
        {
            if (_store.FindChild(node, level) is { } child)
            {
                frame = new Frame(child, next);
            }
            else
            {
                Pop();
            }

            return null;
        }

        if (isMultiLevel && !frame.IsEntered)
        {
            // '#' stands for the parent level too (section 4.7.1.2).
            frame.IsEntered = true;
            return node;
        }

        if (!TryNextChild(ref frame, ref work, out RetainedNode? following))
        {
            Pop();
        }
        else if (following is not null)
        {
            Push(following, isMultiLevel ? frame.FilterOffset : next);
        }

        return null;
    }

    // False: no child is left. True with null: the step's work is used up.
    private bool TryNextChild(ref Frame frame, ref int work, out RetainedNode? child)
    {
        child = null;
        if (frame.Node.Children is not { } children)
        {
            return false;
        }

        if (!ReferenceEquals(children, frame.Children) || children.Epoch != frame.Epoch)
        {
            frame.Children = children;
            frame.Epoch = children.Epoch;
            frame.Place = children.PlaceAfter(frame.LastCreated);
        }

        for (; work > 0; work--)
        {
            if (frame.Place == children.PlaceCount || children[frame.Place].Created > _sequence)
            {
                return false;
            }

            RetainedNode candidate = children[frame.Place++];
            frame.LastCreated = candidate.Created;
            // A leading wildcard does not see topics that begin with '$' [MQTT-4.7.2-1].
            bool isHidden = frame.Node.Parent is null && candidate.Name is [(byte)'$', ..];
            if (!candidate.IsPruned && !isHidden)
            {
                child = candidate;
                return true;
            }
        }

        return true;
    }

    private void Push(RetainedNode node, int filterOffset)
    {
        if (_depth == _frames.Length)
        {
            Array.Resize(ref _frames, _depth * 2);
        }

        _frames[_depth++] = new Frame(node, filterOffset);
    }

    private void Pop() => _frames[--_depth] = default;

    private struct Frame(RetainedNode node, int filterOffset)
    {
        public readonly RetainedNode Node = node;

        // Where the next level of the filter begins; past its end: the filter is used up.
        public readonly int FilterOffset = filterOffset;
        public RetainedChildren? Children;
        public ulong LastCreated;
        public int Place;
        public uint Epoch;
        public bool IsEntered;
    }
}
