// What each line of an access control list grants and what it does not, and how the file is read.

using System.Text;
using FastMqtt.Broker.Access;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FastMqtt.Access.Tests;

public class AclFileTests
{
    private const string Sample = """
        # for clients without a user name
        topic read news/#

        user alice
        topic sensors/+/temperature
        topic write   commands/alice now
        topic deny sensors/secret/temperature
        topic read $SYS/broker/uptime
        topic readwrite $SYS/broker/connection/+/state

        user bob
        topic read #

        pattern write clients/%c/state
        pattern readwrite users/%u/#
        pattern deny users/%u/private
        user alice
        topic write late
        """;

    [Theory]
    [InlineData(null, AccessKind.Receive, "news/today", true)]
    [InlineData(null, AccessKind.Receive, "news", true)]
    [InlineData(null, AccessKind.Publish, "news/today", false)]
    [InlineData("alice", AccessKind.Receive, "news/today", false)] // the anonymous part is nobody else's
    [InlineData("alice", AccessKind.Receive, "sensors/1/temperature", true)]
    [InlineData("alice", AccessKind.Publish, "sensors/1/temperature", true)]
    [InlineData("alice", AccessKind.Publish, "sensors/1/2/temperature", false)]
    [InlineData("alice", AccessKind.Publish, "sensors/secret/temperature", false)] // denied though granted before
    [InlineData("alice", AccessKind.Receive, "sensors/secret/temperature", false)]
    [InlineData("alice", AccessKind.Publish, "commands/alice now", true)]
    [InlineData("alice", AccessKind.Receive, "commands/alice now", false)]
    [InlineData("alice", AccessKind.Publish, "late", true)]
    [InlineData("alice", AccessKind.Receive, "$SYS/broker/uptime", true)]
    [InlineData("alice", AccessKind.Publish, "$SYS/broker/connection/me/state", true)]
    [InlineData("alice", AccessKind.Publish, "$SYS/broker/connection/me/you/state", false)]
    [InlineData("alice", AccessKind.Publish, "$SYS/broker/connection", false)]
    [InlineData("bob", AccessKind.Receive, "any/thing", true)]
    [InlineData("bob", AccessKind.Receive, "$SYS/broker/uptime", false)] // # does not begin with $
    [InlineData("bob", AccessKind.Publish, "any/thing", false)]
    [InlineData("bob", AccessKind.Publish, "late", false)]
    [InlineData("bob", AccessKind.Publish, "clients/c1/state", true)]
    [InlineData("bob", AccessKind.Publish, "clients/c2/state", false)]
    [InlineData("bob", AccessKind.Publish, "users/bob/x", true)]
    [InlineData("bob", AccessKind.Publish, "users/bob", true)]
    [InlineData("bob", AccessKind.Publish, "users/bob/private", false)]
    [InlineData("bob", AccessKind.Receive, "users/bob/private", true)] // his own topic rule decides before patterns
    [InlineData("bob", AccessKind.Publish, "users/alice/x", false)]
    [InlineData("carol", AccessKind.Publish, "users/carol/x", true)]
    [InlineData("carol", AccessKind.Receive, "news/today", false)]
    [InlineData(null, AccessKind.Publish, "clients/c1/state", true)]
    [InlineData(null, AccessKind.Publish, "users//x", false)]
    [InlineData("", AccessKind.Publish, "users//x", false)]
    [InlineData(null, AccessKind.Subscribe, "any/#", true)] // decided message by message
    [InlineData("nobody", AccessKind.Subscribe, "$SYS/#", true)]
    public void list_grants_what_mosquitto_grants(string? userName, AccessKind kind, string topic, bool isAllowed)
    {
        using var file = new TemporaryFile(Sample);
        using var list = Open(file);
        AccessVerdict expected = isAllowed ? AccessVerdict.Allowed : AccessVerdict.Denied;
        Assert.Equal(expected, Check(list, userName, kind, topic));
    }

    [Theory]
    [InlineData("u+", "c")]
    [InlineData("u#", "c")]
    [InlineData("u", "c+")]
    [InlineData(null, "#")]
    public void names_with_wildcards_get_nothing_from_patterns_but_keep_their_topics(string? userName, string clientId)
    {
        string owner = userName is null ? string.Empty : $"user {userName}\n";
        using var file = new TemporaryFile($"{owner}topic own\npattern all/#\npattern %c\npattern %u\n");
        using var list = Open(file);
        Assert.Equal(AccessVerdict.Allowed, Check(list, userName, AccessKind.Publish, "own", clientId));
        Assert.Equal(AccessVerdict.Denied, Check(list, userName, AccessKind.Publish, "all/x", clientId));
        Assert.Equal(AccessVerdict.Denied, Check(list, userName, AccessKind.Publish, "x", clientId));
    }

    [Fact]
    public void name_with_a_separator_stands_for_no_level()
    {
        using var file = new TemporaryFile("pattern x/%c\npattern y/%u/z\n");
        using var list = Open(file);
        Assert.Equal(AccessVerdict.Denied, Check(list, "a/b", AccessKind.Publish, "y/a/b/z", "a/b"));
        Assert.Equal(AccessVerdict.Denied, Check(list, "a/b", AccessKind.Publish, "x/a/b", "a/b"));
    }

    [Fact]
    public void empty_list_grants_nothing()
    {
        using var file = new TemporaryFile();
        using var list = Open(file);
        Assert.Equal(AccessVerdict.Denied, Check(list, null, AccessKind.Publish, "a"));
        Assert.Equal(AccessVerdict.Denied, Check(list, "u", AccessKind.Receive, "a"));
    }

    [Theory]
    [InlineData("topic", ":1: no topic")]
    [InlineData("\ntopic foo bar", ":2: 'foo' is neither 'read'")]
    [InlineData("topic read a/#/b", ":1: 'a/#/b' is not a valid topic filter")]
    [InlineData("topic a+", ":1: 'a+' is not a valid")]
    [InlineData("user", ":1: no user name")]
    [InlineData("user  ", ":1: no user name")]
    [InlineData(" # indented", ":1: neither 'topic'")]
    [InlineData("topic\tread a", ":1: neither 'topic'")]
    [InlineData("Topic a", ":1: neither 'topic'")]
    [InlineData("pattern write", null)]
    [InlineData("   \n\t\n", null)]
    [InlineData("  topic   read    a  ", null)]
    public void bad_line_is_named(string content, string? problem)
    {
        using var file = new TemporaryFile(content);
        if (problem is null)
        {
            Open(file).Dispose();
            return;
        }

        AccessFileException refused = Assert.Throws<AccessFileException>(() => Open(file));
        Assert.Contains(file.Path + problem, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(201, true)]
    [InlineData(202, false)]
    public void filter_has_at_most_201_levels(int levels, bool isGood)
    {
        using var file = new TemporaryFile("topic read " + string.Join('/', Enumerable.Repeat("a", levels)));
        Assert.Equal(isGood, Record.Exception(() => Open(file).Dispose()) is null);
    }

    [Fact]
    public void pattern_without_substitution_is_warned_about()
    {
        var log = new CapturedLog();
        using var file = new TemporaryFile("pattern a\npattern %c\n");
        using var list = new AclFile(file.Path, log, new FakeTimeProvider());
        Assert.Contains(":1: pattern contains neither", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void change_counts_the_generation_and_a_bad_change_does_not()
    {
        var time = new FakeTimeProvider();
        using var file = new TemporaryFile("topic a");
        using var list = new AclFile(file.Path, new CapturedLog(), time);
        int first = list.Generation;

        file.Write("topic b");
        time.Advance(TimeSpan.FromSeconds(2));
        int second = list.Generation;
        Assert.NotEqual(first, second);
        Assert.Equal(AccessVerdict.Denied, Check(list, null, AccessKind.Publish, "a"));
        Assert.Equal(AccessVerdict.Allowed, Check(list, null, AccessKind.Publish, "b"));

        file.Write("nonsense");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(list.Reload());
        Assert.Equal(second, list.Generation);
        Assert.Equal(AccessVerdict.Allowed, Check(list, null, AccessKind.Publish, "b"));

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(second, list.Generation);
    }

    [Fact]
    public void check_allocates_nothing_with_ten_thousand_rules()
    {
        var content = new StringBuilder("user u\n");
        for (int i = 0; i < 10_000; i++)
        {
            content.Append(null, $"topic read device/{i}/+/data\npattern write %u/{i}/%c/#\n");
        }

        using var file = new TemporaryFile(content.ToString());
        using var list = Open(file);
        IClientRules rules = list.RulesFor("c1", new ClientIdentity { UserName = "u" });
        Assert.Equal(AccessVerdict.Allowed, rules.Check(AccessKind.Receive, "device/9999/x/data"u8));
        Assert.Equal(AccessVerdict.Allowed, rules.Check(AccessKind.Publish, "u/9999/c1/x"u8));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            rules.Check(AccessKind.Receive, "device/9999/x/data"u8);
            rules.Check(AccessKind.Publish, "u/9999/c2/x"u8);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static AclFile Open(TemporaryFile file) => new(file.Path, NullLogger.Instance, new FakeTimeProvider());

    private static AccessVerdict Check(
        AclFile list, string? userName, AccessKind kind, string topic, string clientId = "c1") =>
        list.RulesFor(clientId, new ClientIdentity { UserName = userName }).Check(kind, Encoding.UTF8.GetBytes(topic));
}
