// What outlives a comparison that was killed is ended by the guard: all that is kept, nothing that was forgotten.
using System.Diagnostics;
using FastMqtt.Compare.Brokers;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class GuardTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    [Fact]
    public void processes_that_are_kept_end_with_the_guard_and_forgotten_ones_do_not()
    {
        Process[] sleepers = [Sleep(), Sleep(), Sleep(), Sleep()];
        var guard = new Guard();
        foreach (Process sleeper in sleepers)
        {
            guard.Keep(sleeper.Id);
        }

        guard.Forget(sleepers[0].Id);
        guard.Forget(sleepers[2].Id);
        guard.Dispose();
        Assert.True(sleepers[1].WaitForExit(Long));
        Assert.True(sleepers[3].WaitForExit(Long));
        Assert.False(sleepers[0].HasExited);
        Assert.False(sleepers[2].HasExited);
        sleepers[0].Kill();
        sleepers[2].Kill();
    }

    // The guard kills groups: when the line comes, the process is the leader of its own.
    private static Process Sleep()
    {
        Process sleeper = Process.Start(Launcher.Prepare(["sh", "-c", "echo; exec sleep 1000"], core: null))!;
        sleeper.StandardOutput.ReadLine();
        return sleeper;
    }
}
