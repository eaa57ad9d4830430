// What ends the process, and with which exit code.
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Tests;

public class EndOfProcessTests
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    [Fact]
    public void signal_is_success() =>
        Assert.Equal(0, BrokerProcess.WaitForEnd(Task.FromResult("SIGTERM"), Never, NullLogger.Instance));

    [Fact]
    public void failed_dispatcher_ends_the_process_without_a_signal()
    {
        Task<string> signal = new TaskCompletionSource<string>().Task;
        Task failed = Task.FromException(new InvalidOperationException("a fault in a dispatcher"));
        Assert.Equal(1, BrokerProcess.WaitForEnd(signal, failed, NullLogger.Instance));
    }

    [Fact]
    public async Task process_may_open_as_many_files_as_the_system_allows()
    {
        using var broker = new BrokerUnderTest("-p", "0");
        await broker.WaitForLineAsync("running");
        string limit = Assert.Single(
            await File.ReadAllLinesAsync($"/proc/{broker.Id}/limits", TestContext.Current.CancellationToken),
            line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string[] fields = limit.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(fields[4], fields[3]);
    }
}
