// A TopicTable that grows piece by piece: a table of a million entries that doubles would hold up its dispatcher for
// 20 to 30 ms and leave as much garbage as it is large. The low bits of a hash lead to a segment; one that is full is
// split by the next bit, and the directory doubles when a segment has as many bits as it.
//
// Writers: one at a time (the lock of the owner). Readers: any thread, no lock. Publication: a segment that replaces
// another is complete before its reference is stored with release; the old one is left as it was for readers still
// inside. Segments are not joined again: an empty one takes some 140 bytes.
using System.Diagnostics;

namespace FastMqtt.Broker.Topics;

internal sealed class TopicDirectory
{
    // Splitting one takes 0.3 ms.
    public const int SegmentCountMax = 4_096;

    // A bound that 32-bit hashes of any number of entries stay away from.
    private const int BitsMax = 20;

    // A power of two of them; those whose segment has fewer bits share it.
    private Segment[] _segments = [new Segment { Table = TopicTable.Create() }];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    // Where entries with this hash are; it may be replaced at any time.
    public TopicTable SegmentOf(uint hash)
    {
        Segment[] segments = Volatile.Read(ref _segments);
        return Volatile.Read(ref segments[hash & (uint)(segments.Length - 1)].Table);
    }

    // For a walk through all entries that lets writers in between: the segment of the entries whose hashes end with
    // this suffix, which moves on to that of the next one. Suffixes count from their highest bit down, so that
    // segments which are split meanwhile are behind the walk or before it as a whole. Starts at 0, and is over when it
    // is 0 again. Under the lock of the writers.
    public TopicTable Next(ref uint suffix)
    {
        Segment segment = _segments[IndexOf(suffix)];
        uint bit = segment.Bits == 0 ? 0 : 1U << (segment.Bits - 1);
        while ((suffix & bit) != 0)
        {
            suffix ^= bit;
            bit >>= 1;
        }

        suffix |= bit;
        return segment.Table;
    }

    // The entry must not be there yet.
    public void Add(TopicEntry entry, uint hash)
    {
        Segment segment = _segments[IndexOf(hash)];
        while (segment.Table.Count >= SegmentCountMax && segment.Bits < BitsMax)
        {
            Split(hash, segment);
            segment = _segments[IndexOf(hash)];
        }

        Publish(hash, segment, segment.Table.Add(entry, hash));
        Volatile.Write(ref _count, _count + 1);
    }

    public void Remove(TopicEntry entry, uint hash)
    {
        Segment segment = _segments[IndexOf(hash)];
        Publish(hash, segment, segment.Table.Remove(entry, hash));
        Volatile.Write(ref _count, _count - 1);
    }

    private int IndexOf(uint hash) => (int)(hash & (uint)(_segments.Length - 1));

    private void Split(uint hash, Segment segment)
    {
        if (1 << segment.Bits == _segments.Length)
        {
            Volatile.Write(ref _segments, [.. _segments, .. _segments]);
        }

        segment.Table.Split(segment.Bits, out TopicTable without, out TopicTable with);
        uint bit = 1U << segment.Bits;
        Set(hash & ~bit, without, segment.Bits + 1);
        Set(hash | bit, with, segment.Bits + 1);
    }

    private void Publish(uint hash, Segment segment, TopicTable table)
    {
        if (!ReferenceEquals(segment.Table, table))
        {
            Set(hash, table, segment.Bits);
        }
    }

    // At every place that leads there.
    private void Set(uint hash, TopicTable table, int bits)
    {
        int step = 1 << bits;
        Debug.Assert(step <= _segments.Length, "a segment has no more bits than the directory");
        for (int i = (int)(hash & (uint)(step - 1)); i < _segments.Length; i += step)
        {
            _segments[i].Bits = bits;
            Volatile.Write(ref _segments[i].Table, table);
        }
    }

    // A struct, so that a look is one step shorter. Bits: how many its entries' hashes share; for writers.
    private struct Segment
    {
        public TopicTable Table;
        public int Bits;
    }
}
