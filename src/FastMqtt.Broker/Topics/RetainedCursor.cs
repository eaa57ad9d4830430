// A walk over the retained messages that match a filter, taken in steps, each under the store's lock and bounded. Held
// by a session while its socket sets the pace; needs no closing, and dropping it costs nothing. Memory is one frame
// per level.
//
// The cursor sees the store as of Open: a message set or replaced later has a larger sequence number and is skipped,
// because the subscriber gets it live; a removed one is gone. Its place under a node is the Created number of the last
// child it entered: children are ordered by it, so the place stays meaningful whatever is pruned, and the first child
// created after Open ends the walk of that node. A pruned node is empty for good; whatever takes its name later is
// newer than Open.
//
// One that sees what is replaced is for people who look at the store, page by page: a topic that has a message all the
// while is found once, with the message it has then. Its place between two pages is numbers: the sequence number of
// Open and, for each frame, the child it entered last.
using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Topics;

internal sealed class RetainedCursor
{
    // Nodes looked at under one hold of the lock: about 50 us when each is a cache miss.
    private const int StepNodesMax = 512;
    private const int DepthMin = 4;

    // Numbers of a place at the least: the sequence and one frame.
    internal const int PlaceMin = 2;

    private readonly RetainedMessages _store;
    private readonly byte[] _filter;
    private readonly ulong _sequence;
    private readonly bool _seesReplaced;
    private Frame[] _frames = new Frame[DepthMin];
    private int _depth;

    internal RetainedCursor(
        RetainedMessages store,
        RetainedNode root,
        ReadOnlySpan<byte> filter,
        ulong sequence,
        bool seesReplaced = false)
    {
        _store = store;
        _filter = filter.ToArray();
        _sequence = sequence;
        _seesReplaced = seesReplaced;
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
                    && (_seesReplaced || visited.MessageSequence <= _sequence)
                    && !RetainedMessages.IsExpired(message, nowMilliseconds))
                {
                    message.AddReference();
                    destination[count++] = message;
                }
            }
        }

        return count;
    }

    // Where an unfinished walk stands, for RetainedMessages.Reopen.
    public ulong[] Place()
    {
        var place = new ulong[1 + _depth];
        place[0] = _sequence;
        for (int i = 0; i < _depth; i++)
        {
            place[i + 1] = (_frames[i].LastCreated << 1) | (_frames[i].IsEntered ? 1U : 0);
        }

        return place;
    }

    // Under the lock, on a new cursor. Whatever is gone meanwhile is left out; the walk goes on behind it.
    internal void GoTo(ReadOnlySpan<ulong> place)
    {
        for (int i = 1; i < place.Length && TryDescendLiterals(); i++)
        {
            ref Frame frame = ref _frames[_depth - 1];
            frame.LastCreated = place[i] >> 1;
            frame.IsEntered = (place[i] & 1) != 0;
            if (i + 1 == place.Length
                || frame.FilterOffset > _filter.Length
                || frame.Node.Children?.FindCreated(frame.LastCreated) is not { } child)
            {
                return;
            }

            int next = frame.FilterOffset;
            bool isMultiLevel = TopicLevel.Next(_filter, ref next) is [(byte)'#'];
            Push(child, isMultiLevel ? frame.FilterOffset : next);
        }
    }

    // To the next wildcard, or the end of the filter; false: there is no such node, and the frame is gone.
    private bool TryDescendLiterals()
    {
        while (_frames[_depth - 1] is var frame && frame.FilterOffset <= _filter.Length)
        {
            int next = frame.FilterOffset;
            ReadOnlySpan<byte> level = TopicLevel.Next(_filter, ref next);
            if (level is [(byte)'#'] or [(byte)'+'])
            {
                break;
            }

            if (_store.FindChild(frame.Node, level) is not { } child)
            {
                Pop();
                return false;
            }

            _frames[_depth - 1] = new Frame(child, next);
        }

        return true;
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
