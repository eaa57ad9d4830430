// Whether a dispatcher that has run out of work looks again for a few microseconds before it sleeps. A sleep costs the
// system 5 to 50 us until the thread runs again, and the sender the work of waking it: where the next packet comes
// sooner than that, looking is cheaper for both. Where it does not, looking burns a core that others could use.
//
// So it is a bet, judged by its outcomes. Asleep: every gap between two ticks is averaged; when it becomes short enough
// to be worth a try, a trial of a few bets begins. Betting: the average time until something came is kept; while it is
// below the limit's half, betting goes on. A trial that fails is repeated only after a pause that doubles each time, so
// a load that is nearly fast enough costs a trial now and then and no more. Losing the processor in the middle of a bet
// means that somebody else wants it: that ends the betting like a failed trial.
// Owned by one dispatcher; its thread alone.

namespace FastMqtt.Broker.Dispatch;

internal sealed class AdaptiveSpin
{
    /// <summary>
    /// Average gap of a sleeper, in limits, below which a trial is made: what a sleep itself costs is part of it.
    /// </summary>
    private const int TrialLimits = 4;

    /// <summary>Bets of a trial: enough to tell a rhythm from a coincidence.</summary>
    private const int TrialBets = 16;

    /// <summary>Sleeps between two trials, at first and at the most.</summary>
    private const int PauseMin = 64;
    private const int PauseMax = 1 << 14;

    /// <summary>New values weigh one in 1 &lt;&lt; 3 in an average.</summary>
    private const int AverageShift = 3;

    private readonly long _limit;
    private long _averageGap;
    private long _averageBet;
    private int _betsLeft;
    private int _pauseLeft;
    private int _pause = PauseMin;

    /// <param name="limit">The longest bet, in ticks of the clock; 0 never bets.</param>
    public AdaptiveSpin(long limit)
    {
        _limit = limit;
        _averageGap = long.MaxValue / 2;
    }

    public bool IsEnabled => _limit > 0;

    /// <summary>Whether to look again for up to <see cref="Limit"/> before sleeping.</summary>
    public bool IsBetting { get; private set; }

    public long Limit => _limit;

    /// <summary>A bet is over: something came after so long, or the limit passed, or the processor was lost.</summary>
    public void OnBet(long waited, bool won, bool interrupted)
    {
        _averageBet += ((won ? waited : _limit) - _averageBet) >> AverageShift;
        if (_betsLeft > 0 && !interrupted)
        {
            _betsLeft--;
            return;
        }

        if (interrupted || _averageBet > _limit / 2)
        {
            IsBetting = false;
            _pauseLeft = _pause;
            _pause = Math.Min(_pause * 2, PauseMax);
        }
        else
        {
            _pause = PauseMin;
        }
    }

    /// <summary>The dispatcher slept and was woken after so long.</summary>
    public void OnSlept(long gap)
    {
        gap = Math.Min(gap, _limit << 8); // one long rest must not hide the rhythm of what follows for long
        _averageGap = _averageGap > (_limit << 8) ? gap : _averageGap + ((gap - _averageGap) >> AverageShift);
        if (_pauseLeft > 0)
        {
            _pauseLeft--;
        }
        else if (!IsBetting && _averageGap < _limit * TrialLimits)
        {
            IsBetting = true;
            _betsLeft = TrialBets;
            _averageBet = 0;
        }
    }
}
