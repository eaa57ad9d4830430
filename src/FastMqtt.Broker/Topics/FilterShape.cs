// How a wildcard filter is built: how many levels, which of them are '+', and whether '#' follows. A topic and a shape
// give one filter, the only one of that shape which matches the topic, and its hash from those of the topic's levels.
// With a handful of shapes in use, a topic's wildcard filters are found by a handful of looks into a hash table,
// however many filters there are.
namespace FastMqtt.Broker.Topics;

internal readonly record struct FilterShape
{
    // Levels of a shape, without '#': bits of SingleLevels.
    public const int LevelsMax = 16;

    private const ulong SingleLevelHash = 0x9E37_79B9_7F4A_7C15;
    private const ulong MultiLevelHash = 0xD1B5_4A32_D192_ED03;
    private const ulong Factor = 0xA24B_AED4_963E_E407;

    private FilterShape(int levelCount, ushort singleLevels, bool isMultiLevel)
    {
        LevelCount = (byte)levelCount;
        SingleLevels = singleLevels;
        IsMultiLevel = isMultiLevel;
    }

    public byte LevelCount { get; }

    public ushort SingleLevels { get; }

    public bool IsMultiLevel { get; }

    // Of a filter without wildcards. Those have no other shape, whatever their levels.
    public bool IsExact => LevelCount == 0 && !IsMultiLevel;

    public bool BeginsWithWildcard => LevelCount == 0 || IsSingleLevel(0);

    // Takes a valid wildcard filter apart and hashes its levels. False: it has more levels than a shape.
    public static bool TryRead(ReadOnlySpan<byte> filter, in TopicHasher hasher, out FilterShape shape, out uint hash)
    {
        Span<ulong> levelHashes = stackalloc ulong[LevelsMax];
        shape = default;
        hash = 0;
        int levels = 0;
        int singleLevels = 0;
        int offset = 0;
        bool isMultiLevel = false;
        while (offset <= filter.Length)
        {
            ReadOnlySpan<byte> level = TopicLevel.Next(filter, ref offset);
            if (level is [(byte)'#'])
            {
                isMultiLevel = true;
                break;
            }

            if (levels == LevelsMax)
            {
                return false;
            }

            singleLevels |= level is [(byte)'+'] ? 1 << levels : 0;
            levelHashes[levels++] = hasher.Hash(level);
        }

        shape = new FilterShape(levels, (ushort)singleLevels, isMultiLevel);
        hash = shape.Hash(levelHashes);
        return true;
    }

    public bool IsSingleLevel(int level) => ((SingleLevels >> level) & 1) != 0;

    // Whether it matches topics of so many levels. '#' stands for the parent level too: "a/#" matches "a" (section
    // 4.7.1.2).
    public bool Fits(int levelCount) => IsMultiLevel ? levelCount >= LevelCount : levelCount == LevelCount;

    // The (reduced) hash of the filter of this shape with these levels. The levels' own hashes are keyed: nobody who
    // does not know the key finds levels whose sum here is the same.
    public uint Hash(ReadOnlySpan<ulong> levelHashes)
    {
        ulong hash = IsMultiLevel ? MultiLevelHash : 0;
        for (int i = 0; i < LevelCount; i++)
        {
            ulong level = levelHashes[i];
            hash = (hash + (IsSingleLevel(i) ? SingleLevelHash : level)) * Factor;
        }

        return TopicTable.Reduce(hash);
    }

    // Whether this is the filter of this shape that matches the topic in the scratch.
    public bool IsFilter(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic, MatchScratch scratch)
    {
        for (int i = 0; i < LevelCount; i++)
        {
            // Every level, for the scratch finds one only behind the one before.
            _ = scratch.TryLevel(topic, i, out ReadOnlySpan<byte> level);
            level = IsSingleLevel(i) ? "+"u8 : level;
            if (!filter.StartsWith(level))
            {
                return false;
            }

            filter = filter[level.Length..];
            if (i + 1 < LevelCount || IsMultiLevel)
            {
                if (filter is not [(byte)'/', ..])
                {
                    return false;
                }

                filter = filter[1..];
            }
        }

        return IsMultiLevel ? filter is [(byte)'#'] : filter.IsEmpty;
    }
}
