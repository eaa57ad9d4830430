// Every program has its time, and none survives the end of a comparison.
using FastMqtt.Compare.Running;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class InvocationTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public void output_and_exit_code_come_back()
    {
        Invocation run = Run("echo figures; echo trouble >&2; exit 4", Long, TestContext.Current.CancellationToken);
        Assert.Equal((4, "figures\n", "trouble\n", false), (run.ExitCode, run.Output, run.Error, run.IsOverdue));
        Assert.Equal("trouble", run.LastLine);
    }

    [Fact]
    public void overdue_program_is_killed() =>
        Assert.True(
            Run("sleep 1000", TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken).IsOverdue);

    [Fact]
    public void stopping_kills_the_program()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.Throws<OperationCanceledException>(() => Run("sleep 1000", Long, stop.Token));
    }

    private static Invocation Run(string script, TimeSpan limit, CancellationToken stop) =>
        Invocation.Run(["sh", "-c", script], Path.GetTempPath(), core: null, limit, stop);
}
