// The HTTP hook against a real server: what it is sent, what its answers mean, and that everything else refuses.

using System.Text;
using System.Text.Json.Nodes;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace FastMqtt.Access.Tests;

public class HttpHookTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task login_is_a_post_of_what_the_client_said()
    {
        using var server = new HookServer(HookServer.Json("""{"result":"allow"}"""));
        using HttpAuthenticator hook = Open(server);
        AuthenticationResult result = await hook.Try("alice", "pa\"ss");
        Assert.Equal("alice", result.Identity!.UserName);
        Assert.Null(result.Identity.ExpiresAt);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"username":"alice","password":"pa\"ss","clientid":"client","address":"127.0.0.1","listener":"plain",
                 "protocol":"5.0","certificate_common_name":null}
                """),
            JsonNode.Parse(Assert.Single(server.Bodies))));
    }

    [Fact]
    public async Task password_that_is_no_text_is_base64()
    {
        using var server = new HookServer(HookServer.Json("""{"result":"allow"}"""));
        using HttpAuthenticator hook = Open(server);
        var request = new AuthenticationRequest { ClientId = "c", Password = new byte[] { 0xFF, 0x00 } };
        await hook.AuthenticateAsync(request, Cancel);
        JsonNode body = JsonNode.Parse(Assert.Single(server.Bodies))!;
        Assert.Null(body["password"]);
        Assert.Equal("/wA=", (string?)body["password_base64"]);
    }

    [Theory]
    [InlineData(200, """{"result":"allow"}""", "accepted")]
    [InlineData(200, """{"result":"allow","more":[1]}""", "accepted")]
    [InlineData(204, "", "accepted")]
    [InlineData(200, """{"result":"deny"}""", "refused")]
    [InlineData(401, "", "refused")]
    [InlineData(403, "anything", "refused")]
    [InlineData(200, """{"result":"ignore"}""", "undecided")]
    [InlineData(200, """{"result":"Allow"}""", "unavailable")]
    [InlineData(200, """{"result":true}""", "unavailable")]
    [InlineData(200, """{"result":"deny","result":"allow"}""", "unavailable")]
    [InlineData(200, """{"result":"allow","expires_in":-1}""", "unavailable")]
    [InlineData(200, """{"result":"allow","expires_in":1e300}""", "unavailable")]
    [InlineData(200, """{"result":"allow","cache_seconds":"1"}""", "unavailable")]
    [InlineData(200, "{}", "unavailable")]
    [InlineData(200, "null", "unavailable")]
    [InlineData(200, "", "unavailable")]
    [InlineData(200, "allow", "unavailable")]
    [InlineData(201, """{"result":"allow"}""", "unavailable")]
    [InlineData(302, """{"result":"allow"}""", "unavailable")]
    [InlineData(500, """{"result":"allow"}""", "unavailable")]
    public async Task only_a_clear_answer_lets_in(int status, string body, string expected)
    {
        var log = new CapturedLog();
        string response = status == 204 ? HookServer.Status(204) : HookServer.Json(body, status);
        using var server = new HookServer(response);
        using HttpAuthenticator hook = Open(server, log);
        AuthenticationResult result = await hook.Try("alice", "the password");
        string actual = result switch
        {
            { IsDecided: false } => "undecided",
            { IsAccepted: true } => "accepted",
            { Reason: ReasonCode.ServerUnavailable } => "unavailable",
            _ => "refused",
        };
        Assert.Equal(expected, actual);
        Assert.Equal(expected == "unavailable" ? 1 : 0, log.Lines.Count);
        Assert.DoesNotContain("the password", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", log.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-no http at all\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n")]
    public async Task broken_answer_refuses(string response)
    {
        using var server = new HookServer(response);
        using HttpAuthenticator hook = Open(server);
        Assert.Equal(ReasonCode.ServerUnavailable, (await hook.Try("alice", "x")).Reason);
    }

    [Fact]
    public async Task huge_answer_refuses()
    {
        using var server = new HookServer(HookServer.Json("""{"result":"allow"}""" + new string(' ', 1_000_000)));
        using HttpAuthenticator hook = Open(server);
        Assert.Equal(ReasonCode.ServerUnavailable, (await hook.Try("alice", "x")).Reason);
    }

    [Fact]
    public async Task nobody_listening_refuses()
    {
        Uri url;
        using (var server = new HookServer(string.Empty))
        {
            url = server.Url;
        }

        using var hook = new HttpAuthenticator(new HttpHookOptions { Url = url }, new CapturedLog());
        Assert.Equal(ReasonCode.ServerUnavailable, (await hook.Try("alice", "x")).Reason);
    }

    [Fact]
    public async Task slow_answer_refuses_after_the_time_out()
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource();
        using var server = new HookServer(async _ =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, Cancel);
            return string.Empty;
        });
        using HttpAuthenticator hook = Open(server, time: time);
        Task<AuthenticationResult> login = hook.Try("alice", "x");
        await asked.Task;
        Assert.False(login.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ReasonCode.ServerUnavailable, (await login).Reason);
    }

    [Fact]
    public async Task requests_at_the_same_time_are_bounded()
    {
        var go = new TaskCompletionSource();
        using var server = new HookServer(async _ =>
        {
            await go.Task;
            return HookServer.Json("""{"result":"allow"}""");
        });
        using var hook = new HttpAuthenticator(
            new HttpHookOptions { Url = server.Url, ConcurrencyMax = 3, Timeout = TimeSpan.FromMinutes(5) },
            new CapturedLog(),
            new FakeTimeProvider());
        Task<AuthenticationResult>[] logins = [.. Enumerable.Range(0, 20).Select(i => hook.Try("user" + i, "x"))];
        while (server.Bodies.Count < 3)
        {
            await Task.Yield();
        }

        go.SetResult();
        Assert.All(await Task.WhenAll(logins), static result => Assert.True(result.IsAccepted));
        Assert.InRange(server.OpenMost, 1, 3);
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("deny")]
    [InlineData("ignore")]
    public async Task answers_are_kept_for_their_time(string result)
    {
        var time = new FakeTimeProvider();
        using var server = new HookServer(HookServer.Json($$"""{"result":"{{result}}","cache_seconds":10}"""));
        using HttpAuthenticator hook = Open(server, time: time);
        AuthenticationResult first = await hook.Try("alice", "x");
        time.Advance(TimeSpan.FromSeconds(9));
        AuthenticationResult second = await hook.Try("alice", "x");
        Assert.Equal(first.IsDecided, second.IsDecided);
        Assert.Equal(first.IsAccepted, second.IsAccepted);
        Assert.Single(server.Bodies);
        await hook.Try("alice", "y");
        Assert.Equal(2, server.Bodies.Count);
        time.Advance(TimeSpan.FromSeconds(1));
        await hook.Try("alice", "x");
        Assert.Equal(3, server.Bodies.Count);
    }

    [Fact]
    public async Task failure_is_not_kept()
    {
        int count = 0;
        using var server = new HookServer(_ => Task.FromResult(
            ++count == 1 ? HookServer.Status(500) : HookServer.Json("""{"result":"allow"}""")));
        using HttpAuthenticator hook = Open(server);
        Assert.False((await hook.Try("alice", "x")).IsAccepted);
        Assert.True((await hook.Try("alice", "x")).IsAccepted);
    }

    [Fact]
    public async Task expiry_is_of_the_answer_and_ends_its_keeping()
    {
        var time = new FakeTimeProvider();
        DateTimeOffset start = time.GetUtcNow();
        using var server = new HookServer(HookServer.Json("""{"result":"allow","expires_in":20}"""));
        using HttpAuthenticator hook = Open(server, time: time);
        Assert.Equal(start.AddSeconds(20), (await hook.Try("alice", "x")).Identity!.ExpiresAt);
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(start.AddSeconds(20), (await hook.Try("alice", "x")).Identity!.ExpiresAt);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(start.AddSeconds(40), (await hook.Try("alice", "x")).Identity!.ExpiresAt);
    }

    [Fact]
    public async Task topic_is_asked_about_once()
    {
        var time = new FakeTimeProvider();
        using var server = new HookServer(static body => Task.FromResult(HookServer.Json(
            body.Contains("secret", StringComparison.Ordinal)
                ? """{"result":"deny"}"""
                : """{"result":"allow","cache_seconds":10}""")));
        using var hook = new HttpAccessRules(new HttpHookOptions { Url = server.Url }, new CapturedLog(), time: time);
        IClientRules rules = Rules(hook);
        Assert.Equal(AccessVerdict.Ask, rules.Check(AccessKind.Publish, "a/b"u8));
        TimedVerdict allowed = await rules.AskAsync(AccessKind.Publish, "a/b"u8.ToArray(), Cancel);
        Assert.Equal(new TimedVerdict(true, TimeSpan.FromSeconds(10)), allowed);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"username":"alice","clientid":"c1","action":"publish","topic":"a/b"}"""),
            JsonNode.Parse(Assert.Single(server.Bodies))));
        Assert.Equal(AccessVerdict.Allowed, rules.Check(AccessKind.Publish, "a/b"u8));
        Assert.Equal(AccessVerdict.Ask, rules.Check(AccessKind.Subscribe, "a/b"u8));
        Assert.Equal(AccessVerdict.Allowed, Rules(hook).Check(AccessKind.Publish, "a/b"u8)); // the client comes back

        TimedVerdict denied = await rules.AskAsync(AccessKind.Subscribe, "secret/#"u8.ToArray(), Cancel);
        Assert.Equal(new TimedVerdict(false, TimeSpan.FromSeconds(60)), denied);
        Assert.Equal(AccessVerdict.Denied, rules.Check(AccessKind.Subscribe, "secret/#"u8));

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(AccessVerdict.Ask, rules.Check(AccessKind.Publish, "a/b"u8));
        int generation = hook.Generation;
        hook.Reload();
        Assert.NotEqual(generation, hook.Generation);
        Assert.Equal(AccessVerdict.Ask, Rules(hook).Check(AccessKind.Subscribe, "secret/#"u8));
    }

    [Fact]
    public async Task what_is_received_is_never_asked_about()
    {
        using var server = new HookServer(HookServer.Status(500));
        using var hook = new HttpAccessRules(new HttpHookOptions { Url = server.Url }, new CapturedLog());
        IClientRules rules = Rules(hook);
        Assert.Equal(AccessVerdict.Allowed, rules.Check(AccessKind.Receive, "a"u8));
        Assert.True((await rules.AskAsync(AccessKind.Receive, "a"u8.ToArray(), Cancel)).IsAllowed);
        Assert.Empty(server.Bodies);
    }

    [Fact]
    public async Task topic_without_a_clear_answer_is_denied_this_once()
    {
        using var server = new HookServer(HookServer.Status(500));
        using var hook = new HttpAccessRules(new HttpHookOptions { Url = server.Url }, new CapturedLog());
        IClientRules rules = Rules(hook);
        Assert.Equal(default, await rules.AskAsync(AccessKind.Publish, "a"u8.ToArray(), Cancel));
        Assert.Equal(AccessVerdict.Ask, rules.Check(AccessKind.Publish, "a"u8));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ignoring_a_topic_means_what_the_broker_was_told(bool ignoreAllows)
    {
        using var server = new HookServer(HookServer.Json("""{"result":"ignore"}"""));
        using var hook = new HttpAccessRules(
            new HttpHookOptions { Url = server.Url }, new CapturedLog(), ignoreAllows);
        TimedVerdict verdict = await Rules(hook).AskAsync(AccessKind.Publish, "a"u8.ToArray(), Cancel);
        Assert.Equal(ignoreAllows, verdict.IsAllowed);
    }

    [Fact]
    public void other_schemes_are_refused() => Assert.Throws<ArgumentException>(
        () => new HttpAuthenticator(new HttpHookOptions { Url = new Uri("ftp://a/") }, new CapturedLog()));

    [Fact]
    public void kept_answers_are_bounded()
    {
        var table = new TimedTable<int, int>(new FakeTimeProvider(), 10);
        for (int i = 0; i < 25; i++)
        {
            table.Put(i, i, TimeSpan.FromSeconds(1));
            Assert.True(table.TryGet(i, out int kept));
            Assert.Equal(i, kept);
        }

        Assert.InRange(table.Count, 1, 10);
    }

    private static IClientRules Rules(HttpAccessRules hook) =>
        hook.RulesFor("c1", new ClientIdentity { UserName = "alice" });

    private static HttpAuthenticator Open(HookServer server, CapturedLog? log = null, TimeProvider? time = null) =>
        new(new HttpHookOptions { Url = server.Url }, log ?? new CapturedLog(), time ?? new FakeTimeProvider());
}
