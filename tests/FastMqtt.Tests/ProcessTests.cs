// The broker as a service manager sees it: start, log, signals, exit codes.
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastMqtt.Commands;
using Xunit;

namespace FastMqtt.Tests;

public class ProcessTests
{
    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task signal_ends_the_broker_with_exit_code_0(PosixSignal signal)
    {
        using var broker = new BrokerUnderTest("-p", "0");
        await broker.WaitForLineAsync("running");
        broker.Signal(signal);
        (int exitCode, string error) = await broker.WaitForExitAsync();
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains($"{signal} received", error, StringComparison.Ordinal);
        Assert.EndsWith("fastmqtt stopped\n", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task broker_is_healthy_once_it_says_where_it_listens()
    {
        using var broker = new BrokerUnderTest("-p", "0");
        int port = await broker.WaitForPortAsync();
        await broker.WaitForLineAsync("running");
        Assert.Null(await Task.Run(() => HealthCheck.Ask("127.0.0.1", port, TimeSpan.FromSeconds(30))));
    }

    [Fact]
    public async Task listener_that_refuses_everyone_says_so()
    {
        using var broker = new BrokerUnderTest("--listen", "0.0.0.0:0");
        string line = await broker.WaitForLineAsync("lets clients in without credentials");
        Assert.Contains("every client is refused", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task taken_port_is_one_line_and_exit_code_2()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        string endPoint = holder.LocalEndpoint.ToString()!;
        await AssertCannotListen(endPoint, "Address already in use");
    }

    // 192.0.2.0/24 is for documentation: no machine owns it.
    [Fact]
    public Task address_of_another_machine_is_one_line_and_exit_code_2() =>
        AssertCannotListen("192.0.2.1:1883", "Cannot assign requested address");

    private static async Task AssertCannotListen(string endPoint, string reason)
    {
        using var broker = new BrokerUnderTest("--listen", endPoint);
        (int exitCode, string error) = await broker.WaitForExitAsync();
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Equal($"fastmqtt: cannot listen on {endPoint}: {reason}\n", error);
    }
}
