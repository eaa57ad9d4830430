// Access rules that a test writes as a function, and that count how often they are asked.

using System.Text;
using FastMqtt.Broker.Access;

namespace FastMqtt.Broker.Tests.Access;

internal sealed class FakeRules(Func<string, AccessKind, string, AccessVerdict> check) : IAccessRules
{
    /// <summary>What the answer is when somebody must be asked.</summary>
    public Func<AccessKind, string, Task<TimedVerdict>> Ask { get; init; } =
        static (_, _) => Task.FromResult(new TimedVerdict(true, TimeSpan.FromHours(1)));

    public int Generation { get; set; }

    public int Checks { get; private set; }

    public int Asked { get; private set; }

    /// <summary>Clients whose rules were made.</summary>
    public List<string> Clients { get; } = [];

    /// <summary>Everything is allowed but what the function denies.</summary>
    public static FakeRules Denying(Func<string, AccessKind, string, bool> denies) =>
        new((user, kind, topic) => denies(user, kind, topic) ? AccessVerdict.Denied : AccessVerdict.Allowed);

    public IClientRules RulesFor(string clientId, ClientIdentity identity)
    {
        Clients.Add(clientId);
        return new Rules(this, identity.UserName ?? "");
    }

    private sealed class Rules(FakeRules owner, string user) : IClientRules
    {
        public AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic)
        {
            owner.Checks++;
            return owner.CheckOf(user, kind, Encoding.UTF8.GetString(topic));
        }

        public async ValueTask<TimedVerdict> AskAsync(
            AccessKind kind, ReadOnlyMemory<byte> topic, CancellationToken cancel)
        {
            owner.Asked++;
            return await owner.Ask(kind, Encoding.UTF8.GetString(topic.Span)).WaitAsync(cancel);
        }
    }

    private AccessVerdict CheckOf(string user, AccessKind kind, string topic) => check(user, kind, topic);
}
