// One level of a RuleTrie: what rules end here, and where the next levels are.

namespace FastMqtt.Access;

internal sealed class RuleNode
{
    private Dictionary<byte[], RuleNode>? _literals;

    public RuleKinds Kinds { get; set; }

    // Of rules that are not for anonymous clients.
    public RuleKinds KindsForUsers { get; set; }

    public RuleNode? AnyLevel { get; set; }

    public RuleNode? AnyLevels { get; set; }

    public RuleNode? ClientId { get; set; }

    public RuleNode? UserName { get; set; }

    public RuleKinds KindsFor(RuleSubject subject) => subject.HasUserName ? Kinds | KindsForUsers : Kinds;

    public RuleNode? Find(ReadOnlySpan<byte> level) =>
        _literals is not null
        && _literals.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(level, out RuleNode? node)
            ? node
            : null;

    public RuleNode GetOrAdd(ReadOnlySpan<byte> level)
    {
        if (Find(level) is RuleNode existing)
        {
            return existing;
        }

        _literals ??= new Dictionary<byte[], RuleNode>(ByteText.Instance);
        var node = new RuleNode();
        _literals.Add(level.ToArray(), node);
        return node;
    }
}
