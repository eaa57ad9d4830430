// The wheel alone: never early, at most a slot late, whatever its members do to each other while they run.

using FastMqtt.Broker.Dispatch;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class TimerWheelNeighbourTests
{
    private const int Slot = 128;
    private const int Horizon = 1_024 * Slot;

    private readonly TimerWheel _wheel = new(0);

    [Theory]
    [InlineData(1)]
    [InlineData(Slot)]
    [InlineData(1_000)]
    [InlineData(Horizon - 1)]
    [InlineData(Horizon)]
    [InlineData(Horizon + 1)]
    [InlineData(10 * Horizon)]
    public void A_deadline_is_never_early_and_at_most_a_slot_late(long due)
    {
        var timer = new Timer(_wheel);
        _wheel.Arm(timer, due);
        long now = 0;
        for (int wait; (wait = _wheel.MillisecondsToNext(now)) >= 0;)
        {
            Assert.InRange(wait, 0, Horizon);
            now += wait;
            Assert.InRange(now, 0, due + Slot);
            _wheel.Advance(null!, now);
            Assert.Equal(now >= due ? 1 : 0, timer.Runs);
        }

        Assert.Equal(1, timer.Runs);
    }

    [Fact]
    public void The_next_slot_is_found_wherever_the_hand_stands()
    {
        for (int hand = 0; hand < 1_100; hand += 7)
        {
            var wheel = new TimerWheel(hand * Slot);
            for (int ahead = 1; ahead < 1_024; ahead += 61)
            {
                var timer = new Timer(wheel);
                wheel.Arm(timer, (hand + ahead) * Slot);
                Assert.Equal(ahead * Slot, wheel.MillisecondsToNext(hand * Slot));
                wheel.Cancel(timer);
                Assert.Equal(-1, wheel.MillisecondsToNext(hand * Slot));
            }
        }
    }

    [Fact]
    public void After_a_sleep_longer_than_the_wheel_everything_due_runs_once_and_nothing_else()
    {
        const long sleep = 5L * Horizon;
        Timer[] due = [.. Enumerable.Range(0, 2_000).Select(i => Armed(i * 300))];
        Timer[] later = [.. Enumerable.Range(0, 2_000).Select(i => Armed(sleep + 1 + (i * 300)))];
        _wheel.Advance(null!, sleep);
        Assert.All(due, timer => Assert.Equal(1, timer.Runs));
        Assert.All(later, timer => Assert.Equal(0, timer.Runs));
        _wheel.Advance(null!, sleep + (2_000 * 300) + Slot);
        Assert.All(later, timer => Assert.Equal(1, timer.Runs));
    }

    [Fact]
    public void A_deadline_in_the_past_runs_within_a_slot_and_may_arm_itself_for_the_past_again()
    {
        _wheel.Advance(null!, 10_000);
        var timer = new Timer(_wheel);
        timer.WhenDue = () => _wheel.Arm(timer, 0);
        _wheel.Arm(timer, 5);
        _wheel.Advance(null!, 10_000 + Slot);
        Assert.Equal(1, timer.Runs);
        _wheel.Advance(null!, 10_000 + (3 * Slot));
        Assert.Equal(3, timer.Runs);
    }

    [Fact]
    public void One_that_runs_may_cancel_and_move_its_neighbours_whether_they_are_due_or_not()
    {
        // All in one slot; those whose deadline moved later stay there until the slot comes up.
        Timer[] cancelled = [.. Enumerable.Range(0, 3).Select(_ => Armed(Slot))];
        Timer[] moved = [.. Enumerable.Range(0, 3).Select(_ => Armed(Slot))];
        var actor = new Timer(_wheel);
        Timer[] kept = [.. Enumerable.Range(0, 3).Select(_ => Armed(Slot))];
        actor.WhenDue = () =>
        {
            Array.ForEach(cancelled, _wheel.Cancel);
            Array.ForEach(moved, timer => _wheel.Arm(timer, 3 * Slot));
        };
        Array.ForEach([.. cancelled, .. moved, .. kept], timer => _wheel.Arm(timer, 5 * Slot));
        _wheel.Arm(actor, Slot);
        Timer[] first = [Armed(Slot), Armed(Slot)];
        Array.ForEach(first, timer => _wheel.Arm(timer, 5 * Slot));

        // The actor is neither first nor last in its slot's list.
        _wheel.Advance(null!, Slot);
        Assert.Equal(1, actor.Runs);
        _wheel.Advance(null!, 3 * Slot);
        Assert.All(moved, timer => Assert.Equal(1, timer.Runs));
        _wheel.Advance(null!, 100 * Slot);
        Assert.All(cancelled, timer => Assert.Equal(0, timer.Runs));
        Assert.All(moved, timer => Assert.Equal(1, timer.Runs));
        Assert.All([.. kept, .. first], timer => Assert.Equal(1, timer.Runs));
        Assert.Equal(-1, _wheel.MillisecondsToNext(100 * Slot));
    }

    private Timer Armed(long due)
    {
        var timer = new Timer(_wheel);
        _wheel.Arm(timer, due);
        return timer;
    }

    private sealed class Timer(TimerWheel wheel) : Timed
    {
        public int Runs { get; private set; }

        public Action? WhenDue { get; set; }

        public override void OnDue(Dispatcher dispatcher)
        {
            Assert.Equal(-1, TimerSlot);
            Assert.NotNull(wheel);
            Runs++;
            WhenDue?.Invoke();
        }
    }
}
