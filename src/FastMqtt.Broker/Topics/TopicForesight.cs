// Brings what the next messages of a read will need from the index into the cache. With 100,000 filters and more, a
// topic that was not seen lately costs four waits for memory, one after the other: its place in the table, its chain,
// the subscription. For several topics at once the waits overlap. Looks only, and only at what a match would look at:
// nothing here changes what is found. Exact filters only: for the trie it cost as much as it saved. One per dispatcher;
// used by its ConnectionReader.
using System.Buffers.Binary;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Topics;

internal sealed class TopicForesight(SubscriptionIndex index, MatchCache cache)
{
    // Exact filters from which on it pays: fewer lie in the cache anyway.
    public const int FiltersMin = 10_000;

    // Topics looked up together: as many loads as a processor keeps under way, and few enough to stay in the cache.
    private const int GroupSize = 16;

    // Misses since the last question that make the next topics worth a look.
    private const int MissesMin = 4;

    // Bytes to the next question while hits are the rule.
    private const int RestBytes = 1_024;

    private readonly uint[] _hashes = new uint[GroupSize];
    private readonly TopicEntry?[] _entries = new TopicEntry?[GroupSize];
    private long _misses;

    // Groups looked at: for tests.
    public long GroupCount { get; private set; }

    // What was read: the loads must not be without use, or they are compiled away.
    public int Sum { get; private set; }

    // Returns how many bytes of the input are dealt with: it asks to be called again behind them.
    public int LookAhead(ReadOnlySpan<byte> unread, int maximumPacketSize, ProtocolVersion version)
    {
        long misses = cache.MissCount - _misses;
        _misses = cache.MissCount;
        if (misses < MissesMin || index.ExactFilterCount < FiltersMin)
        {
            return RestBytes;
        }

        int count = Collect(unread, maximumPacketSize, version, out int bytes);
        if (count > 1)
        {
            GroupCount++;
            Sum += index.Touch(_hashes.AsSpan(0, count), _entries);
        }

        return Math.Max(bytes, RestBytes / GroupSize);
    }

    // The topics of the next packets. An alias has none, which is as good as any that nobody subscribes to.
    private int Collect(ReadOnlySpan<byte> unread, int maximumPacketSize, ProtocolVersion version, out int bytes)
    {
        int count = 0;
        bytes = 0;
        while (count < GroupSize
            && FrameDecoder.TryRead(unread[bytes..], maximumPacketSize, out FixedHeader header, out _, version)
                == FrameResult.Complete)
        {
            int start = bytes + header.HeaderLength + sizeof(ushort);
            bytes += header.TotalLength;
            if (header.Type == PacketType.Publish
                && start <= bytes
                && BinaryPrimitives.ReadUInt16BigEndian(unread[(start - sizeof(ushort))..]) is var length
                && length <= bytes - start)
            {
                _hashes[count++] = TopicTable.Reduce(index.Hasher.Hash(unread.Slice(start, length)));
            }
        }

        return count;
    }
}
