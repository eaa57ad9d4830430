// `fastmqtt health`: what counts as an answer of a broker.
using FastMqtt.Commands;
using Xunit;

namespace FastMqtt.Tests;

public class HealthTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task broker_that_answers_connect_and_ping_is_healthy()
    {
        using var peer = new ScriptedPeer();
        Task<List<string>> requests = peer.AnswerAsync("20020000", "D000");
        Assert.Null(await Ask(peer.Port, Limit));
        Assert.Equal(["100C00044D51545404 02 000A 0000".Replace(" ", ""), "C000", "E000"], await requests);
    }

    [Fact]
    public async Task refusal_is_an_answer_too()
    {
        using var peer = new ScriptedPeer();
        Task<List<string>> requests = peer.AnswerAsync("20020005");
        Assert.Null(await Ask(peer.Port, Limit));
        Assert.Equal(2, (await requests).Count);
    }

    [Fact]
    public async Task something_else_on_the_port_is_not_healthy()
    {
        using var peer = new ScriptedPeer();
        _ = peer.AnswerAsync("48545450");
        Assert.Equal("unexpected answer to CONNECT: 48545450", await Ask(peer.Port, Limit));
    }

    [Fact]
    public async Task missing_ping_response_is_not_healthy()
    {
        using var peer = new ScriptedPeer();
        _ = peer.AnswerAsync("20020000", "C000");
        Assert.Equal("no PINGRESP after PINGREQ", await Ask(peer.Port, Limit));
    }

    [Fact]
    public async Task silence_ends_at_the_limit()
    {
        using var peer = new ScriptedPeer();
        _ = peer.AnswerAsync(string.Empty);
        Assert.Equal("no answer within 0.2 s", await Ask(peer.Port, TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task nobody_there_is_one_line_and_exit_code_1()
    {
        int port;
        using (var peer = new ScriptedPeer())
        {
            port = peer.Port;
        }

        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await Task.Run(() => CommandLine.Run(["health", $"127.0.0.1:{port}"], output, error));
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Empty(output.ToString());
        Assert.Equal($"fastmqtt: 127.0.0.1:{port} is not healthy: Connection refused", error.ToString().Trim());
    }

    private static Task<string?> Ask(int port, TimeSpan limit) =>
        Task.Run(() => HealthCheck.Ask("127.0.0.1", port, limit));
}
