// Rules of topics, level by level, so that a check costs what the topic's levels cost and not what there are rules.
// Built once, then read by all dispatchers without a lock: never change one that is in use. The levels %c and %u of a
// pattern are places of their own, so that one trie serves every client and nothing is made for each. A check
// allocates nothing.

namespace FastMqtt.Access;

internal sealed class RuleTrie
{
    private readonly RuleNode _root = new();

    public bool IsEmpty { get; private set; } = true;

    // With substitution, levels that are %c or %u stand for the client's; needsUserName: not for anonymous ones.
    public void Add(ReadOnlySpan<byte> filter, RuleKinds kinds, bool substitutes = false, bool needsUserName = false)
    {
        IsEmpty = false;
        RuleNode node = _root;
        ReadOnlySpan<byte> rest = filter;
        for (bool isLast = false; !isLast;)
        {
            ReadOnlySpan<byte> level = TopicLevels.Next(ref rest, out isLast);
            node = level switch
            {
                [(byte)'+'] => node.AnyLevel ??= new RuleNode(),
                [(byte)'#'] => node.AnyLevels ??= new RuleNode(),
                [(byte)'%', (byte)'c'] when substitutes => node.ClientId ??= new RuleNode(),
                [(byte)'%', (byte)'u'] when substitutes => node.UserName ??= new RuleNode(),
                _ => node.GetOrAdd(level),
            };
        }

        if (needsUserName)
        {
            node.KindsForUsers |= kinds;
        }
        else
        {
            node.Kinds |= kinds;
        }
    }

    // What all rules together say that match the topic, or, given a Topic Filter, that match whatever it matches.
    public RuleKinds Match(ReadOnlySpan<byte> topic, RuleSubject subject)
    {
        // A topic that begins with $ needs a rule that does.
        bool isDollar = topic.StartsWith((byte)'$');
        return Match(_root, topic, subject, onlyLiteral: isDollar);
    }

    private static RuleKinds Match(
        RuleNode node, ReadOnlySpan<byte> topic, RuleSubject subject, bool onlyLiteral)
    {
        RuleKinds found = RuleKinds.None;
        if (node.AnyLevels is not null && !onlyLiteral)
        {
            found |= node.AnyLevels.KindsFor(subject);
        }

        ReadOnlySpan<byte> rest = topic;
        ReadOnlySpan<byte> level = TopicLevels.Next(ref rest, out bool isLast);
        if (node.Find(level) is RuleNode literal)
        {
            found |= Below(literal, rest, isLast, subject);
        }

        if (onlyLiteral)
        {
            return found;
        }

        // One level of any text is less than what # stands for.
        if (node.AnyLevel is not null && level is not [(byte)'#'])
        {
            found |= Below(node.AnyLevel, rest, isLast, subject);
        }

        if (node.ClientId is not null && subject.IsClientId(level))
        {
            found |= Below(node.ClientId, rest, isLast, subject);
        }

        if (node.UserName is not null && subject.IsUserName(level))
        {
            found |= Below(node.UserName, rest, isLast, subject);
        }

        return found;
    }

    private static RuleKinds Below(RuleNode node, ReadOnlySpan<byte> rest, bool isLast, RuleSubject subject)
    {
        if (!isLast)
        {
            return Match(node, rest, subject, onlyLiteral: false);
        }

        // "a/#" matches "a" as well.
        RuleKinds found = node.KindsFor(subject);
        return node.AnyLevels is null ? found : found | node.AnyLevels.KindsFor(subject);
    }
}
