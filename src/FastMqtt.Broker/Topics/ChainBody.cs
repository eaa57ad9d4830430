// What a chain needs beyond its first subscriber: segments by dispatcher, shared groups. Most chains never have one.
//
// Writers: one at a time, under the index lock. Readers: dispatcher d reads segment d, everybody reads the mask and
// the groups.
// Publication: the segment array and the group array are replaced, never changed in place where another thread reads;
// the mask bit is set after the subscriber is in and cleared after it is out, both with release.
namespace FastMqtt.Broker.Topics;

internal sealed class ChainBody(byte[]? longName)
{
    private ChainSegment?[] _segments = [];
    private SharedGroup[] _groups = [];
    private ulong _mask;

    // The chain's filter when it is too long to lie in the chain itself.
    public byte[]? LongName { get; } = longName;

    public ulong Mask => Volatile.Read(ref _mask);

    public SharedGroup[] Groups => Volatile.Read(ref _groups);

    public bool IsEmpty => _mask == 0 && _groups.Length == 0;

    public ChainSegment? Segment(int dispatcher)
    {
        ChainSegment?[] segments = Volatile.Read(ref _segments);
        return dispatcher < segments.Length ? segments[dispatcher] : null;
    }

    public void Add(Subscription subscription)
    {
        int dispatcher = subscription.Dispatcher;
        if (dispatcher >= _segments.Length)
        {
            var segments = new ChainSegment?[dispatcher + 1];
            _segments.CopyTo(segments, 0);
            Volatile.Write(ref _segments, segments);
        }

        (_segments[dispatcher] ??= new ChainSegment()).Add(subscription);
        Volatile.Write(ref _mask, _mask | (1UL << dispatcher));
    }

    public void Remove(Subscription subscription)
    {
        int dispatcher = subscription.Dispatcher;
        ChainSegment segment = _segments[dispatcher]!;
        segment.Remove(subscription);
        if (segment.Count == 0)
        {
            _segments[dispatcher] = null;
            Volatile.Write(ref _mask, _mask & ~(1UL << dispatcher));
        }
    }

    public SharedGroup? FindGroup(ReadOnlySpan<byte> name)
    {
        foreach (SharedGroup group in _groups)
        {
            if (group.Name.SequenceEqual(name))
            {
                return group;
            }
        }

        return null;
    }

    public void AddGroup(SharedGroup group) => Volatile.Write(ref _groups, [.. _groups, group]);

    public void RemoveGroup(SharedGroup group)
    {
        int i = Array.IndexOf(_groups, group);
        Volatile.Write(ref _groups, [.. _groups.AsSpan(0, i), .. _groups.AsSpan(i + 1)]);
    }
}
