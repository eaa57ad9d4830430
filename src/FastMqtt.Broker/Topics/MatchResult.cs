// The chains one topic leads to. Reusable: the array grows to the largest result and stays. Owned by one thread.
namespace FastMqtt.Broker.Topics;

internal sealed class MatchResult
{
    private MatchScratch? _scratch;

    // The first ChainCount are valid.
    public SubscriberChain[] Chains { get; private set; } = [];

    public int ChainCount { get; private set; }

    // Whether a chain has shared groups. A group that comes first or goes last invalidates cached results like a
    // filter.
    public bool HasGroups { get; private set; }

    public MatchScratch Scratch => _scratch ??= new MatchScratch();

    public void Clear()
    {
        ChainCount = 0;
        HasGroups = false;
    }

    public void Add(SubscriberChain chain)
    {
        if (ChainCount == Chains.Length)
        {
            Reserve(Math.Max(4, ChainCount * 2));
        }

        Chains[ChainCount++] = chain;
        HasGroups |= chain.Groups.Length > 0;
    }

    public void CopyFrom(MatchResult other)
    {
        if (Chains.Length < other.ChainCount)
        {
            Reserve(other.Chains.Length);
        }

        other.Chains.AsSpan(0, other.ChainCount).CopyTo(Chains);
        ChainCount = other.ChainCount;
        HasGroups = other.HasGroups;
    }

    public bool HasSameChains(MatchResult other)
    {
        if (ChainCount != other.ChainCount)
        {
            return false;
        }

        for (int i = 0; i < ChainCount; i++)
        {
            if (Chains[i] != other.Chains[i])
            {
                return false;
            }
        }

        return true;
    }

    // Clears it and keeps no chain alive.
    public void Forget()
    {
        Chains.AsSpan(0, ChainCount).Clear();
        Clear();
    }

    private void Reserve(int capacity)
    {
        var chains = new SubscriberChain[capacity];
        Chains.AsSpan(0, ChainCount).CopyTo(chains);
        Chains = chains;
    }
}
