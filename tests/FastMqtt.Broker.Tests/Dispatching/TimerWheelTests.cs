// The timer wheel: never early, late by less than a slot, whatever the distance and however deadlines move.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class TimerWheelTests
{
    /// <summary>Milliseconds of one slot, and of one turn of the wheel.</summary>
    private const int Slot = 128;
    private const long Turn = 1_024 * Slot;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(Turn - 1)]
    [InlineData(Turn)]
    [InlineData(Turn + 1)]
    [InlineData((10 * Turn) + 77)]
    [InlineData(long.MaxValue / 4)]
    public void A_deadline_is_never_early_and_late_by_less_than_a_slot(long distance)
    {
        foreach (long start in new long[] { 0, 5, 127, 128, (3 * Turn) - 1, 3 * Turn })
        {
            var wheel = new TimerWheel(start);
            var alarm = new Alarm();
            wheel.Arm(alarm, start + distance);
            Sleep(wheel, start, start + distance - 1);
            Assert.Equal(0, alarm.Runs);
            wheel.Advance(null!, start + distance + Slot);
            Assert.Equal(1, alarm.Runs);
            Assert.Equal(-1, wheel.MillisecondsToNext(start + distance + Slot));
        }
    }

    [Fact]
    public void A_deadline_that_moves_later_runs_once_at_the_later_time()
    {
        var wheel = new TimerWheel(0);
        var alarm = new Alarm();
        wheel.Arm(alarm, 1_000);
        wheel.Arm(alarm, 5_000);
        wheel.Arm(alarm, 3 * Turn);
        Sleep(wheel, 0, (3 * Turn) - 1);
        Assert.Equal(0, alarm.Runs);
        wheel.Advance(null!, 3 * Turn);
        Assert.Equal(1, alarm.Runs);
    }

    [Fact]
    public void A_deadline_that_moves_earlier_runs_once_at_the_earlier_time()
    {
        var wheel = new TimerWheel(0);
        var alarm = new Alarm();
        wheel.Arm(alarm, 3 * Turn);
        wheel.Arm(alarm, 1_000);
        Assert.InRange(wheel.MillisecondsToNext(0), 1_000, 1_000 + Slot);
        wheel.Advance(null!, 999);
        Assert.Equal(0, alarm.Runs);
        wheel.Advance(null!, 1_000 + Slot);
        Assert.Equal(1, alarm.Runs);
        Sleep(wheel, 1_000 + Slot, 4 * Turn);
        Assert.Equal(1, alarm.Runs);
    }

    [Fact]
    public void A_cancelled_deadline_does_not_run_and_can_be_armed_again()
    {
        var wheel = new TimerWheel(0);
        Alarm[] alarms = [new(), new(), new()]; // neighbours in one slot
        foreach (Alarm alarm in alarms)
        {
            wheel.Arm(alarm, 1_000);
        }

        wheel.Cancel(alarms[1]);
        wheel.Cancel(alarms[1]);
        wheel.Advance(null!, 2_000);
        Assert.Equal([1, 0, 1], alarms.Select(alarm => alarm.Runs));
        wheel.Arm(alarms[1], 2_500);
        wheel.Advance(null!, 2_500 + Slot);
        Assert.Equal([1, 1, 1], alarms.Select(alarm => alarm.Runs));
    }

    [Fact]
    public void After_a_long_sleep_everything_due_runs_once_and_the_rest_does_not()
    {
        var wheel = new TimerWheel(0);
        var alarms = new Alarm[500];
        for (int i = 0; i < alarms.Length; i++)
        {
            alarms[i] = new Alarm();
            wheel.Arm(alarms[i], i * 10_000L);
        }

        const long now = 250 * 10_000L;
        wheel.Advance(null!, now);
        Assert.All(alarms.Take(250), alarm => Assert.Equal(1, alarm.Runs));
        Assert.All(alarms.Skip(251), alarm => Assert.Equal(0, alarm.Runs));
        wheel.Advance(null!, 500 * 10_000L);
        Assert.All(alarms, alarm => Assert.Equal(1, alarm.Runs));
    }

    [Fact]
    public void An_alarm_may_arm_itself_and_cancel_others_while_it_runs()
    {
        var wheel = new TimerWheel(0);
        var victim = new Alarm();
        Alarm? periodic = null;
        long now = 0;
        periodic = new Alarm(() =>
        {
            wheel.Cancel(victim);
            wheel.Arm(periodic!, now + 1_000);
        });
        wheel.Arm(victim, 1_000);
        wheel.Arm(periodic, 1_000);
        for (; now < 60_000; now += 50)
        {
            wheel.Advance(null!, now);
        }

        Assert.Equal(0, victim.Runs);
        Assert.InRange(periodic.Runs, 60_000 / (1_000 + Slot + 50), 60);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_deadlines_keep_to_the_rule(int seed)
    {
        var random = new Random(seed);
        long now = random.NextInt64(10 * Turn);
        var wheel = new TimerWheel(now);
        var alarms = new Alarm[200];
        long[] due = new long[alarms.Length];
        int[] expected = new int[alarms.Length];
        for (int i = 0; i < alarms.Length; i++)
        {
            alarms[i] = new Alarm();
            due[i] = long.MaxValue;
        }

        for (int step = 0; step < 20_000; step++)
        {
            int i = random.Next(alarms.Length);
            if (random.Next(4) == 0)
            {
                wheel.Cancel(alarms[i]);
                due[i] = long.MaxValue;
            }
            else
            {
                due[i] = now + random.NextInt64(random.Next(2) == 0 ? 2_000 : 5 * Turn);
                wheel.Arm(alarms[i], due[i]);
            }

            now += random.NextInt64(random.Next(50) == 0 ? 2 * Turn : 300);
            int[] before = [.. alarms.Select(alarm => alarm.Runs)];
            wheel.Advance(null!, now);
            for (int a = 0; a < alarms.Length; a++)
            {
                bool ran = alarms[a].Runs > before[a];
                Assert.True(!ran || due[a] <= now, $"seed {seed} step {step}: early by {due[a] - now}");
                Assert.True(ran || due[a] > now - Slot, $"seed {seed} step {step}: late by {now - due[a]}");
                due[a] = ran ? long.MaxValue : due[a];
                expected[a] += ran ? 1 : 0;
            }
        }

        Assert.Equal(expected, alarms.Select(alarm => alarm.Runs));
    }

    // As the dispatcher sleeps: until the next occupied slot, or the end.
    private static void Sleep(TimerWheel wheel, long now, long until)
    {
        for (int wakes = 0; now < until; wakes++)
        {
            int sleep = wheel.MillisecondsToNext(now);
            now = sleep < 0 ? until : Math.Min(until, now + Math.Max(sleep, 1));
            wheel.Advance(null!, now);
            if (wakes > 2_000)
            {
                now = until; // a very far deadline: jump
                wheel.Advance(null!, now);
            }
        }
    }
}
