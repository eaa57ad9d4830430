// One dispatcher's memory of what topics matched: a fixed number of slots, four per set, each with room for the
// topic's bytes. Slots are reused in turn. A topic leaves its hash at the first miss and is kept at the second, so
// topics that never repeat cost a match each, no memory, and no copying. A slot is valid while the stamps its topic
// depends on are unchanged (see FilterStamps for the order); the stamps are read before the match that fills it. Used
// by its dispatcher's thread only. A result is valid until the next Find on the same cache.
namespace FastMqtt.Broker.Topics;

internal sealed class MatchCache(SubscriptionIndex index)
{
    // 512 KiB of topic bytes if all are used; untouched pages cost nothing.
    public const int SlotCount = 2048;
    public const int TopicBytesMax = 256;

    // Larger results are matched each time: what they cost is nothing beside delivering them, and memory stays bounded.
    public const int ChainCountMax = 64;
    private const int Ways = 4;

    private readonly SubscriptionIndex _index = index;
    private readonly TopicHasher _hasher = index.Hasher;
    private readonly FilterStamps _stamps = index.Stamps;
    private readonly MatchResult _latest = new();
    private readonly ulong[] _hashes = new ulong[SlotCount];
    private readonly Slot[] _slots = new Slot[SlotCount];
    private readonly byte[] _topics = GC.AllocateUninitializedArray<byte>(SlotCount * TopicBytesMax);
    private uint _turn;

    // Finds that had to match: for diagnostics and tests.
    public long MissCount { get; private set; }

    // Topics matched before their packets were handled; see TopicForesight.
    public MatchBatch Batch { get; } = new(index);

    public MatchResult Find(ReadOnlySpan<byte> topic)
    {
        ulong hash = _hasher.Hash(topic);
        int set = (int)((hash >> 20) % (SlotCount / Ways)) * Ways;
        for (int i = set; i < set + Ways; i++)
        {
            if (_hashes[i] == hash)
            {
                ref Slot slot = ref _slots[i];
                if (slot.Length == topic.Length
                    && topic.SequenceEqual(_topics.AsSpan(i * TopicBytesMax, slot.Length))
                    && slot.Sum == _stamps.Sum(FilterStamps.ExactIndex(hash), slot.OneLevel, slot.TwoLevels))
                {
                    return slot.Result;
                }

                return Fill(i, topic, hash);
            }
        }

        int next = set + (int)(_turn++ % Ways);
        _hashes[next] = hash;
        _slots[next].Length = 0; // no topic has no bytes: the slot matches nothing
        MissCount++;
        if (Batch.TryTake(topic, hash, _latest))
        {
            _index.MatchTrie(topic, _latest);
        }
        else
        {
            _index.Match(topic, hash, _latest);
        }

        return _latest;
    }

    private MatchResult Fill(int i, ReadOnlySpan<byte> topic, ulong hash)
    {
        MissCount++;
        if (topic.Length > TopicBytesMax)
        {
            _index.Match(topic, hash, _latest);
            return _latest;
        }

        ref Slot slot = ref _slots[i];
        _stamps.PrefixIndexes(topic, out slot.OneLevel, out slot.TwoLevels);
        slot.Sum = _stamps.Sum(FilterStamps.ExactIndex(hash), slot.OneLevel, slot.TwoLevels);
        _index.Match(topic, hash, _latest);
        if (_latest.ChainCount > ChainCountMax)
        {
            slot.Length = 0;
            return _latest;
        }

        slot.Result ??= new MatchResult();
        slot.Result.CopyFrom(_latest);
        slot.Length = topic.Length;
        topic.CopyTo(_topics.AsSpan(i * TopicBytesMax));
        return slot.Result;
    }

    private struct Slot
    {
        public ulong Sum;
        public MatchResult Result;
        public int Length;
        public int OneLevel;
        public int TwoLevels;
    }
}
