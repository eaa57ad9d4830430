// Persistence with the real process: where it saves, what it answers, and that a store has one broker.
using FastMqtt.Configuration;
using FastMqtt.Tests.Configuration;
using Xunit;

namespace FastMqtt.Tests;

public sealed class StoreProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task broker_saves_where_it_is_told_and_can_be_copied_while_it_runs()
    {
        string path = Path.Combine(_folder.Path, "fastmqtt.db");
        string[] sets = ["--set", "persistence=true", "--set", $"persistence_location={_folder.Path}"];
        using var broker = new BrokerUnderTest(["-p", "0", .. sets]);
        await broker.WaitForLineAsync($"Sessions and retained messages are saved in {path}, durability commit");
        await broker.WaitForLineAsync("running");
        broker.Signal("USR1");
        string saved = await broker.WaitForLineAsync(" ms");
        Assert.Contains($"SIGUSR1 received: saved {path} in ", saved, StringComparison.Ordinal);

        string copy = Path.Combine(_folder.Path, "copy.db");
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(ExitCodes.Success, CommandLine.Run(["backup", .. sets, copy], output, error));
        Assert.Equal(StoreFileKind.Sqlite, StoreLocation.Look(copy));
        string copied = $"{path} copied to {copy}: {new FileInfo(copy).Length} bytes in ";
        Assert.StartsWith(copied, $"{output}", StringComparison.Ordinal);

        using var second = new BrokerUnderTest(["-p", "0", .. sets]);
        (int exitCode, string log) = await second.WaitForExitAsync();
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.StartsWith($"fastmqtt: {path}: ", Assert.Single(log.TrimEnd().Split('\n')), StringComparison.Ordinal);

        broker.Signal("TERM");
        (exitCode, _) = await broker.WaitForExitAsync();
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Equal(StoreFileKind.Sqlite, StoreLocation.Look(path));
    }
}
