// The rules of an access control list for one client. Called on dispatchers; AclFile tells the rules of Mosquitto.

using FastMqtt.Broker.Access;

namespace FastMqtt.Access;

internal sealed class AclClientRules(RuleTrie? topics, RuleTrie patterns, RuleSubject subject) : IClientRules
{
    public AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic)
    {
        bool isAllowed = kind switch
        {
            AccessKind.Subscribe => true,
            AccessKind.Publish => !IsReserved(topic) && Grants(RuleKinds.Write, topic),
            _ => Grants(RuleKinds.Read, topic),
        };
        return isAllowed ? AccessVerdict.Allowed : AccessVerdict.Denied;
    }

    public ValueTask<TimedVerdict> AskAsync(
        AccessKind kind, ReadOnlyMemory<byte> topic, CancellationToken cancel) =>
        new(new TimedVerdict(Check(kind, topic.Span) == AccessVerdict.Allowed, TimeSpan.Zero));

    private bool Grants(RuleKinds wanted, ReadOnlySpan<byte> topic)
    {
        RuleKinds found = topics?.Match(topic, subject) ?? RuleKinds.None;
        if ((found & (wanted | RuleKinds.Deny)) == 0 && !patterns.IsEmpty && !subject.IsDangerous)
        {
            found = patterns.Match(topic, subject);
        }

        return (found & (wanted | RuleKinds.Deny)) == wanted;
    }

    // What the broker itself says about topics is not published by clients, but for a bridge's own state.
    private static bool IsReserved(ReadOnlySpan<byte> topic)
    {
        if (!topic.StartsWith("$SYS"u8))
        {
            return topic.StartsWith("$share"u8);
        }

        ReadOnlySpan<byte> state = "$SYS/broker/connection/"u8;
        if (!topic.StartsWith(state))
        {
            return true;
        }

        int end = topic[state.Length..].IndexOf((byte)'/');
        return end < 0 || !topic[(state.Length + end)..].SequenceEqual("/state"u8);
    }
}
