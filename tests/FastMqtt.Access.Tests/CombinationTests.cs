// Several authenticators in turn, and several rules that all have to agree.

using FastMqtt.Broker.Access;

namespace FastMqtt.Access.Tests;

public class CombinationTests
{
    [Theory]
    [InlineData("", "undecided")]
    [InlineData("-", "undecided")]
    [InlineData("+", "accepted")]
    [InlineData("!", "refused")]
    [InlineData("-+!", "accepted")]
    [InlineData("-!+", "refused")]
    public async Task first_decided_answer_counts(string each, string expected)
    {
        var chain = new AuthenticatorChain([.. each.Select(answer => new Fixed(answer))]);
        AuthenticationResult result = await chain.Try("u", "p");
        Assert.Equal(expected, !result.IsDecided ? "undecided" : result.IsAccepted ? "accepted" : "refused");
    }

    [Theory]
    [InlineData("", AccessVerdict.Denied)]
    [InlineData("+", AccessVerdict.Allowed)]
    [InlineData("++", AccessVerdict.Allowed)]
    [InlineData("+!", AccessVerdict.Denied)]
    [InlineData("?!", AccessVerdict.Denied)]
    [InlineData("?+", AccessVerdict.Ask)]
    [InlineData("+?", AccessVerdict.Ask)]
    public void all_rules_have_to_allow(string each, AccessVerdict expected) => Assert.Equal(
        expected, Rules(each).RulesFor("c", new ClientIdentity()).Check(AccessKind.Publish, "a"u8));

    [Theory]
    [InlineData("+?", true, 5)]
    [InlineData("?/", true, 3)]
    [InlineData("?x", false, 5)]
    [InlineData("x?", false, 7)]
    [InlineData("?!", false, 5)]
    public async Task asking_asks_those_that_do_not_know(string each, bool isAllowed, int seconds)
    {
        TimedVerdict verdict = await Rules(each).RulesFor("c", new ClientIdentity()).AskAsync(
            AccessKind.Publish, "a"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal(new TimedVerdict(isAllowed, TimeSpan.FromSeconds(seconds)), verdict);
    }

    [Fact]
    public void generation_moves_with_any()
    {
        var one = new Fixed('+');
        var other = new Fixed('+');
        var all = new AccessRulesAll(one, other);
        int before = all.Generation;
        other.Generation++;
        Assert.NotEqual(before, all.Generation);
    }

    private static AccessRulesAll Rules(string each) => new([.. each.Select(answer => new Fixed(answer))]);

    // + yes, ! no, - not mine; ? / x ask, and then: yes for 5 s, yes for 3 s, no for 7 s.
    private sealed class Fixed(char answer) : IAuthenticator, IAccessRules, IClientRules
    {
        public int Generation { get; set; }

        public ValueTask<AuthenticationResult> AuthenticateAsync(
            AuthenticationRequest request, CancellationToken cancellation) => new(answer switch
            {
                '+' => AuthenticationResult.Accept(new ClientIdentity()),
                '!' => AuthenticationResult.Refuse(),
                _ => AuthenticationResult.Undecided,
            });

        public IClientRules RulesFor(string clientId, ClientIdentity identity) => this;

        public AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic) => answer switch
        {
            '+' => AccessVerdict.Allowed,
            '!' => AccessVerdict.Denied,
            _ => AccessVerdict.Ask,
        };

        public ValueTask<TimedVerdict> AskAsync(
            AccessKind kind, ReadOnlyMemory<byte> topic, CancellationToken cancel) =>
            new(answer switch
            {
                '?' => new TimedVerdict(true, TimeSpan.FromSeconds(5)),
                '/' => new TimedVerdict(true, TimeSpan.FromSeconds(3)),
                _ => new TimedVerdict(false, TimeSpan.FromSeconds(7)),
            });
    }
}
