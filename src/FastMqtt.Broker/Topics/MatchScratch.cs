// What one match of wildcard filters needs: the topic's levels, found only as deep as it goes, their hashes, and the
// branches of the trie still to visit. One thread at a time; reused, so that a match allocates nothing once the arrays
// fit the deepest filter.
namespace FastMqtt.Broker.Topics;

internal sealed class MatchScratch
{
    private const int DepthMin = FilterShape.LevelsMax + 2;

    private readonly ulong[] _levelHashes = new ulong[FilterShape.LevelsMax];

    // Level i is topic[_starts[i] .. _starts[i + 1] - 1].
    private int[] _starts = new int[DepthMin + 1];
    private int _levelCount;
    private Branch[] _branches = new Branch[DepthMin];
    private int _branchCount;

    // Those of the first levels, after HashLevels.
    public ReadOnlySpan<ulong> LevelHashes => _levelHashes;

    public void Start()
    {
        _levelCount = 0;
        _branchCount = 0;
    }

    // Depth is at most one more than any asked before: a walk goes down level by level.
    public bool TryLevel(ReadOnlySpan<byte> topic, int depth, out ReadOnlySpan<byte> level)
    {
        int start = _starts[depth];
        if (depth == _levelCount)
        {
            if (start > topic.Length)
            {
                level = default;
                return false;
            }

            int length = topic[start..].IndexOf((byte)'/');
            int next = length < 0 ? topic.Length + 1 : start + length + 1;
            _levelCount++;
            if (_levelCount == _starts.Length)
            {
                Array.Resize(ref _starts, _starts.Length * 2);
            }

            _starts[_levelCount] = next;
        }

        level = topic[start..(_starts[depth + 1] - 1)];
        return true;
    }

    // Hashes the levels that a shape can have. Returns how many the topic has; of more than that, one more.
    public int HashLevels(ReadOnlySpan<byte> topic, in TopicHasher hasher)
    {
        int count = 0;
        while (count <= FilterShape.LevelsMax && TryLevel(topic, count, out ReadOnlySpan<byte> level))
        {
            if (count < FilterShape.LevelsMax)
            {
                _levelHashes[count] = hasher.Hash(level);
            }

            count++;
        }

        return count;
    }

    public void Push(TrieNode node, int depth)
    {
        if (_branchCount == _branches.Length)
        {
            Array.Resize(ref _branches, _branches.Length * 2);
        }

        _branches[_branchCount++] = new Branch(node, depth);
    }

    public TrieNode? Pop(out int depth)
    {
        if (_branchCount == 0)
        {
            depth = 0;
            return null;
        }

        Branch branch = _branches[--_branchCount];
        depth = branch.Depth;
        return branch.Node;
    }

    private readonly record struct Branch(TrieNode Node, int Depth);
}
