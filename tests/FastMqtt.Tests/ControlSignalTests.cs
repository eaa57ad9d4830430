// The signals of an operator and the messages to a service manager, with the real process.
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace FastMqtt.Tests;

public sealed class ControlSignalTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fastmqtt-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task broker_answers_in_its_log_and_goes_on()
    {
        using var broker = new BrokerUnderTest("-p", "0");
        await broker.WaitForLineAsync("running");
        broker.Signal("USR1");
        await broker.WaitForLineAsync("SIGUSR1 received: nothing to save, persistence is not on");
        broker.Signal("USR2");
        string figures = await broker.WaitForLineAsync(" bytes");
        Assert.Contains("0 clients connected", figures, StringComparison.Ordinal);
        await broker.WaitForLineAsync("bytes of managed memory");
        broker.Signal("HUP");
        await broker.WaitForLineAsync("SIGHUP received: log files are opened anew");
        broker.Signal("TERM");
        (int exitCode, string _) = await broker.WaitForExitAsync();
        Assert.Equal(ExitCodes.Success, exitCode);
    }

    [Fact]
    public async Task service_manager_follows_the_broker_from_start_to_end()
    {
        string path = Path.Combine(_directory.FullName, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        var environment = new Dictionary<string, string>
        {
            ["NOTIFY_SOCKET"] = path,
            ["WATCHDOG_USEC"] = "100000",
            ["RUNTIME_DIRECTORY"] = _directory.FullName,
        };
        using var broker = new BrokerUnderTest(environment, "-p", "0");
        Assert.StartsWith("READY=1\nSTATUS=Serving on 127.0.0.1:", await NextAsync(manager), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_directory.FullName, "trace.sock")));
        Assert.Equal("WATCHDOG=1", await NextAsync(manager, signs: true));
        Assert.Equal("WATCHDOG=1", await NextAsync(manager, signs: true));
        broker.Signal("HUP");
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", await NextAsync(manager), StringComparison.Ordinal);
        Assert.StartsWith("READY=1\n", await NextAsync(manager), StringComparison.Ordinal);
        broker.Signal("TERM");
        Assert.StartsWith("STOPPING=1\n", await NextAsync(manager), StringComparison.Ordinal);
        (int exitCode, string _) = await broker.WaitForExitAsync();
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.False(File.Exists(Path.Combine(_directory.FullName, "trace.sock")));
    }

    // Signs of life come at any time: they are passed over unless they are what is waited for.
    private static async Task<string> NextAsync(Socket manager, bool signs = false)
    {
        using var deadline = new CancellationTokenSource(Limit);
        byte[] datagram = new byte[1024];
        while (true)
        {
            int length = await manager.ReceiveAsync(datagram, deadline.Token);
            string message = Encoding.UTF8.GetString(datagram, 0, length);
            if (signs || message != "WATCHDOG=1")
            {
                return message;
            }
        }
    }
}
