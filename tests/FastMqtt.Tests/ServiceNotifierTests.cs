// What a service manager is told, and that a hung dispatcher ends the signs of life.
using System.Net.Sockets;
using System.Text;
using FastMqtt.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FastMqtt.Tests;

public sealed class ServiceNotifierTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fastmqtt-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task manager_is_told_of_every_turn(bool isAbstract)
    {
        string path = Path.Combine(_directory.FullName, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{path}" : path));
        using var notifier = new ServiceNotifier(isAbstract ? $"@{path}" : path);
        notifier.Ready("Serving");
        notifier.Reloading();
        notifier.Status("Busy");
        notifier.Alive();
        notifier.Stopping();
        Assert.Equal("READY=1\nSTATUS=Serving", await ReceiveAsync(manager));
        Assert.Matches(@"^RELOADING=1\nMONOTONIC_USEC=[1-9]\d*\nSTATUS=Reloading$", await ReceiveAsync(manager));
        Assert.Equal("STATUS=Busy", await ReceiveAsync(manager));
        Assert.Equal("WATCHDOG=1", await ReceiveAsync(manager));
        Assert.Equal("STOPPING=1\nSTATUS=Closing connections", await ReceiveAsync(manager));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("vsock:2:1234")]
    [InlineData("/nowhere/notify")]
    public void without_a_manager_nothing_happens(string? path)
    {
        using var notifier = new ServiceNotifier(path);
        Assert.Null(Record.Exception(() => notifier.Ready("Serving")));
    }

    [Fact]
    public void signs_of_life_come_twice_as_often_as_asked_for_and_end_with_a_stuck_dispatcher()
    {
        var time = new FakeTimeProvider();
        bool isAlive = true;
        int signs = 0;
        using var watchdog = new Watchdog(TimeSpan.FromSeconds(10), () => isAlive, () => signs++, time);
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(4, signs);
        isAlive = false;
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(4, signs);
    }

    [Theory]
    [InlineData("10000000", null, 10.0)]
    [InlineData("10000000", "self", 10.0)]
    [InlineData("10000000", "1", null)]
    [InlineData(null, null, null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    public void watchdog_is_for_the_process_that_was_meant(string? microseconds, string? process, double? seconds) =>
        Assert.Equal(
            seconds,
            Watchdog.Limit(microseconds, process == "self" ? $"{Environment.ProcessId}" : process)?.TotalSeconds);

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        byte[] datagram = new byte[1024];
        int length = await socket.ReceiveAsync(datagram, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(datagram, 0, length);
    }
}
