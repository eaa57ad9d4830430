// A configured broker as a process of its own: what it says at start, what SIGHUP does, what keeps it from starting.
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public sealed class ConfiguredProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task start_says_what_is_not_supported_and_hangup_reads_again()
    {
        string path = _folder.Write("test.conf", "# nothing\nenable_control_api true\nmax_keepalive 10\n");
        using var broker = new BrokerUnderTest("-c", path, "-p", "0");
        await broker.WaitForLineAsync(
            "Warning: line 2: option enable_control_api is not supported (there is no $CONTROL interface)");
        int port = await broker.WaitForPortAsync();
        await broker.WaitForLineAsync("running");
        using SmallClient client = await SmallClient.ConnectAsync(port);
        _folder.Write("test.conf", "max_keepalive 20\nbroken\n");
        Hangup(broker.Id);
        await broker.WaitForLineAsync("it has mistakes, everything stays as it was");
        _folder.Write("test.conf", "max_keepalive 20\nenable_control_api true\n");
        Hangup(broker.Id);
        await broker.WaitForLineAsync("max_keepalive: 10 -> 20 (applied)");
        Assert.True(await client.PingAsync());
    }

    [Fact]
    public async Task file_with_mistakes_is_a_line_for_each_and_exit_code_2()
    {
        string path = _folder.Write("test.conf", "listner 1883\nmax_qos 3\n");
        using var broker = new BrokerUnderTest("-c", path);
        (int exitCode, string error) = await broker.WaitForExitAsync();
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Equal(
            $"fastmqtt: {path}:1: unknown option 'listner', did you mean listener?\n"
            + $"fastmqtt: {path}:2: max_qos '3' is not a number from 0 to 2\n",
            error);
    }

    [Fact]
    public async Task several_ports_are_served()
    {
        using var broker = new BrokerUnderTest("-p", "0", "-p", "0");
        int first = await broker.WaitForPortAsync();
        int second = await broker.WaitForPortAsync();
        Assert.NotEqual(first, second);
        using SmallClient client = await SmallClient.ConnectAsync(first);
        using SmallClient other = await SmallClient.ConnectAsync(second);
        Assert.True(await client.PingAsync() && await other.PingAsync());
    }

    [Fact]
    public async Task more_dispatchers_than_sessions_is_one_line_and_exit_code_2()
    {
        using var broker = new BrokerUnderTest("-p", "0", "--dispatchers", "2", "--set", "max_sessions=1");
        (int exitCode, string error) = await broker.WaitForExitAsync();
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static void Hangup(int id)
    {
        using Process kill = Process.Start("kill", ["-HUP", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
