// What the client of a session may do: the rules for its identity, and the verdicts it has been given. Null in a
// session whose listener has no rules: the ordinary path costs one comparison.
//
// The rules are those that came with the credentials, or else those that the listener has at the moment: they may be
// replaced while the session lives, connected or not. Verdicts are kept until the rules are others or have changed:
// their generation is read before every look. Rules that cannot answer at
// once say Ask; then the packet waits, is handled again when the answer has come, and finds it here (Answer, kept until
// ForgetAnswers). Owned by the session's dispatcher, but for MayStillPublish.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Access;

internal sealed class SessionAccess(Listener listener, string clientId, ClientIdentity identity)
{
    private readonly VerdictCache _verdicts = new();
    private Compiled? _compiled;
    private List<Answered>? _answers;

    /// <summary>Whose rights these are: with the next two, what a store keeps of it.</summary>
    public string ClientId => clientId;

    public string? UserName => identity.UserName;

    public string ListenerName => listener.Name;

    private IAccessRules? Source => identity.AccessRules ?? listener.Options.AccessRules;

    /// <summary>Whether these are the rules for a client of that identity at that listener.</summary>
    public bool IsFor(Listener other, ClientIdentity client) =>
        ReferenceEquals(listener, other)
        && ReferenceEquals(identity.AccessRules, client.AccessRules)
        && client.UserName == identity.UserName;

    public AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic, ulong hash, long nowMilliseconds)
    {
        if (Source is not { } source)
        {
            return AccessVerdict.Allowed; // there were rules once
        }

        Compiled? compiled = _compiled;
        if (compiled is null || !compiled.IsOf(source))
        {
            compiled = Compile(source);
            Volatile.Write(ref _compiled, compiled);
            _verdicts.Clear();
        }

        if (kind != AccessKind.Subscribe && _verdicts.Find(kind, topic, hash, nowMilliseconds) is { } known)
        {
            return known;
        }

        if (_answers is not null && FindAnswer(kind, topic) is { } answer)
        {
            return answer;
        }

        AccessVerdict verdict = compiled.Rules.Check(kind, topic);
        if (verdict != AccessVerdict.Ask && kind != AccessKind.Subscribe)
        {
            _verdicts.Add(kind, topic, hash, verdict == AccessVerdict.Allowed, long.MaxValue);
        }

        return verdict;
    }

    /// <summary>Finds out what <see cref="Check"/> could not say. Not on the dispatcher.</summary>
    public ValueTask<TimedVerdict> AskAsync(AccessKind kind, byte[] topic, CancellationToken cancellation) =>
        Volatile.Read(ref _compiled)!.Rules.AskAsync(kind, topic, cancellation); // Check has made it

    /// <summary>An answer has come: the packet that waited for it will find it.</summary>
    public void Answer(AccessKind kind, byte[] topic, ulong hash, TimedVerdict verdict, long nowMilliseconds)
    {
        (_answers ??= []).Add(new Answered(kind, topic, verdict.IsAllowed));
        if (verdict.HoldsFor > TimeSpan.Zero && kind != AccessKind.Subscribe)
        {
            long until = nowMilliseconds + (long)Math.Min(verdict.HoldsFor.TotalMilliseconds, int.MaxValue);
            _verdicts.Add(kind, topic, hash, verdict.IsAllowed, until);
        }
    }

    /// <summary>The packet that waited has been handled.</summary>
    public void ForgetAnswers() => _answers = null;

    /// <summary>
    /// Whether the client may publish to a topic now: asked when a message it once retained is to be delivered. From
    /// any thread. Who would have to ask somebody else first says yes: it was allowed once.
    /// </summary>
    public bool MayStillPublish(ReadOnlySpan<byte> topic)
    {
        if (Source is not { } source)
        {
            return true;
        }

        Compiled? compiled = Volatile.Read(ref _compiled);
        if (compiled is null || !compiled.IsOf(source))
        {
            compiled = Compile(source); // not stored: the verdicts of the owner belong to what it has compiled
        }

        return compiled.Rules.Check(AccessKind.Publish, topic) != AccessVerdict.Denied;
    }

    // The generation is read first: rules that change in between are newer than it says, and compiled once more.
    private Compiled Compile(IAccessRules source)
    {
        int generation = source.Generation;
        return new Compiled(source, generation, source.RulesFor(clientId, identity));
    }

    private AccessVerdict? FindAnswer(AccessKind kind, ReadOnlySpan<byte> topic)
    {
        foreach (Answered answer in _answers!)
        {
            if (answer.Kind == kind && topic.SequenceEqual(answer.Topic))
            {
                return answer.IsAllowed ? AccessVerdict.Allowed : AccessVerdict.Denied;
            }
        }

        return null;
    }

    private sealed record Compiled(IAccessRules Source, int Generation, IClientRules Rules)
    {
        public bool IsOf(IAccessRules source) => ReferenceEquals(Source, source) && Generation == source.Generation;
    }

    private readonly record struct Answered(AccessKind Kind, byte[] Topic, bool IsAllowed);
}
