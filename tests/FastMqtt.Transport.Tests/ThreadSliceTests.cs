// That a slice is the thread's that asked for it, where the system knows slices (Linux 6.12).

using System;
using System.Threading;
using Xunit;

namespace FastMqtt.Transport.Tests;

public sealed class ThreadSliceTests
{
    [Fact]
    public void A_thread_gets_the_slice_that_it_asks_for_and_no_other_one_does()
    {
        Assert.SkipWhen(ThreadSlice.Current == TimeSpan.Zero, "this system knows no slices");
        TimeSpan own = ThreadSlice.Current;
        TimeSpan asked = TimeSpan.FromMilliseconds(20);
        TimeSpan seen = TimeSpan.Zero;
        bool isTaken = false;
        var thread = new Thread(() =>
        {
            isTaken = ThreadSlice.TrySet(asked);
            seen = ThreadSlice.Current;
        });
        thread.Start();
        thread.Join();
        Assert.True(isTaken);
        Assert.Equal(asked, seen);
        Assert.Equal(own, ThreadSlice.Current);
    }
}
