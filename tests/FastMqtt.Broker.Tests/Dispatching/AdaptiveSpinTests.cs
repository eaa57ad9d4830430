// When a dispatcher looks again before it sleeps: only where the next packet comes sooner than a sleep would cost.

using FastMqtt.Broker.Dispatch;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class AdaptiveSpinTests
{
    private const long Limit = 30_000;
    private const int Trial = 17;

    [Fact]
    public void A_slow_rhythm_is_slept_through()
    {
        var spin = new AdaptiveSpin(Limit);
        for (int i = 0; i < 10_000; i++)
        {
            spin.OnSlept(Limit * 16);
            Assert.False(spin.IsBetting);
        }
    }

    [Fact]
    public void A_fast_rhythm_is_bet_on_as_long_as_it_lasts()
    {
        AdaptiveSpin spin = Betting();
        for (int i = 0; i < 10_000; i++)
        {
            spin.OnBet(Limit / 10, won: true, interrupted: false);
            Assert.True(spin.IsBetting);
        }

        int lost = 0;
        while (spin.IsBetting)
        {
            spin.OnBet(Limit, won: false, interrupted: false);
            lost++;
        }

        Assert.InRange(lost, 1, 16);
    }

    [Fact]
    public void Winning_too_late_is_losing()
    {
        AdaptiveSpin spin = Betting();
        for (int i = 0; i < Trial + 16 && spin.IsBetting; i++)
        {
            spin.OnBet(Limit * 9 / 10, won: true, interrupted: false);
        }

        Assert.False(spin.IsBetting);
    }

    [Fact]
    public void Every_failed_trial_makes_the_next_pause_twice_as_long()
    {
        AdaptiveSpin spin = Betting();
        int before = 0;
        for (int trial = 0; trial < 5; trial++)
        {
            while (spin.IsBetting)
            {
                spin.OnBet(Limit, won: false, interrupted: false);
            }

            int pause = 0;
            while (!spin.IsBetting)
            {
                spin.OnSlept(Limit);
                pause++;
            }

            Assert.True(trial == 0 || pause >= (before * 2) - 1, $"{pause} after {before}");
            before = pause;
        }
    }

    [Fact]
    public void Losing_the_processor_ends_it_at_once()
    {
        AdaptiveSpin spin = Betting();
        spin.OnBet(Limit * 50, won: true, interrupted: true);
        Assert.False(spin.IsBetting);
    }

    [Fact]
    public void Without_a_limit_there_is_no_bet()
    {
        var spin = new AdaptiveSpin(0);
        Assert.False(spin.IsEnabled);
        spin.OnSlept(0);
        Assert.False(spin.IsBetting);
    }

    private static AdaptiveSpin Betting()
    {
        var spin = new AdaptiveSpin(Limit);
        for (int i = 0; i < 10 && !spin.IsBetting; i++)
        {
            spin.OnSlept(Limit);
        }

        Assert.True(spin.IsBetting);
        return spin;
    }
}
