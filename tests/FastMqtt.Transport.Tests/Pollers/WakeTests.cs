// Waking a sleeping poller from other threads, including the race in which a wake-up could be lost.

using System.Diagnostics;

namespace FastMqtt.Transport.Tests.Pollers;

public abstract class WakeTests
{
    private const int LongMilliseconds = 5000;

    private readonly ISockets _sockets;

    private protected WakeTests(ISockets sockets) => _sockets = sockets;

    [Fact]
    public void A_wake_before_the_wait_makes_it_return_once()
    {
        using IPoller poller = _sockets.NewPoller();
        PollEvent[] events = new PollEvent[4];
        poller.Wake();
        poller.Wake();
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, poller.Wait(events, LongMilliseconds));
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds < LongMilliseconds);
        start = Stopwatch.GetTimestamp();
        Assert.Equal(0, poller.Wait(events, 20));
        Assert.True(Stopwatch.GetElapsedTime(start).TotalMilliseconds > 10);
    }

    [Fact]
    public void A_wake_after_dispose_does_nothing()
    {
        IPoller poller = _sockets.NewPoller();
        poller.Dispose();
        poller.Wake();
        poller.Dispose();
    }

    [Fact]
    public void Waiting_fails_after_dispose_instead_of_returning_nothing_for_ever()
    {
        IPoller poller = _sockets.NewPoller();
        poller.Dispose();
        Assert.ThrowsAny<Exception>(() => poller.Wait(new PollEvent[1], 0));
    }

    [Fact]
    public void No_wake_up_is_lost_between_the_last_look_and_the_sleep()
    {
        // The protocol of an inbox: the sleeper says "asleep", looks once more, then waits; a sender posts, and wakes
        // if it finds the sleeper asleep and is the one to change that. Both sides have a full fence in between.
        using IPoller poller = _sockets.NewPoller();
        PollEvent[] events = new PollEvent[4];
        long posted = 0;
        int isAsleep = 0;
        bool isStopped = false;
        Thread[] senders = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref isStopped))
            {
                long mine = Interlocked.Increment(ref posted);
                if (Interlocked.CompareExchange(ref isAsleep, 0, 1) == 1)
                {
                    poller.Wake();
                }

                Thread.SpinWait((int)(mine % 200));
            }
        }))];
        Array.ForEach(senders, sender => sender.Start());

        long seen = 0;
        int sleeps = 0;
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < 1000)
        {
            Interlocked.Exchange(ref isAsleep, 1);
            if (Volatile.Read(ref posted) == seen)
            {
                sleeps++;
                long slept = Stopwatch.GetTimestamp();
                poller.Wait(events, LongMilliseconds);
                Assert.True(Stopwatch.GetElapsedTime(slept).TotalMilliseconds < LongMilliseconds, "A wake-up is lost.");
            }

            Volatile.Write(ref isAsleep, 0);
            seen = Volatile.Read(ref posted);
        }

        Volatile.Write(ref isStopped, true);
        Array.ForEach(senders, sender => sender.Join());
        Assert.True(sleeps > 0);
    }
}
