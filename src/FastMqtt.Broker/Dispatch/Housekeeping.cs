// What a broker does now and then, on the first dispatcher's timer: $SYS, and taking expired retained messages out of
// the store. An expired message is never delivered; the sweep gives its memory back.

using FastMqtt.Broker.Diagnostics;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Housekeeping : Timed
{
    /// <summary>Milliseconds between two sweeps when neither $SYS nor an option of its own says how often.</summary>
    private const long DefaultInterval = 10_000;

    /// <summary>Expired messages taken in one turn; when there are more, the next turn comes at once.</summary>
    private const int SweepBatch = 1_024;

    private readonly Dispatcher _dispatcher;
    private readonly Publication[] _expired = new Publication[SweepBatch];
    private SystemTopics? _topics;
    private long _publishedAt;
    private long _publishAt = long.MaxValue;
    private long _sweepAt;

    public Housekeeping(Dispatcher dispatcher)
    {
        _dispatcher = dispatcher;
        _publishedAt = dispatcher.Now;
        _sweepAt = dispatcher.Now + SweepInterval;
        if (TopicsInterval is > 0 and long interval)
        {
            Begin(interval);
        }

        dispatcher.Timers.Arm(this, Math.Min(_publishAt, _sweepAt));
    }

    private long TopicsInterval => (long)_dispatcher.Options.SystemTopicsInterval.TotalMilliseconds;

    private long SweepInterval => _dispatcher.Options.RetainExpiry is { } own ? (long)own.TotalMilliseconds
        : TopicsInterval is > 0 and long interval ? interval
        : DefaultInterval;

    public override void OnDue(Dispatcher dispatcher)
    {
        PublishTopics(TopicsInterval); // may have been changed since the last turn
        if (dispatcher.Now >= _sweepAt)
        {
            _sweepAt = dispatcher.Now + (Sweep() == SweepBatch ? 0 : SweepInterval);
        }

        dispatcher.Timers.Arm(this, Math.Min(_publishAt, _sweepAt));
    }

    public void Stop() => _dispatcher.Timers.Cancel(this);

    private void Begin(long interval)
    {
        _topics = new SystemTopics(_dispatcher);
        _topics.PublishVersion();
        _topics.Publish(interval);
        _publishedAt = _dispatcher.Now;
        _publishAt = _dispatcher.Now + interval;
    }

    private void PublishTopics(long interval)
    {
        if (interval <= 0)
        {
            _publishAt = long.MaxValue;
            _topics = null;
        }
        else if (_topics is null)
        {
            Begin(interval);
        }
        else if (_dispatcher.Now >= _publishAt)
        {
            _publishAt = _dispatcher.Now + interval;
            if (!_dispatcher.Walks.HasOwn) // otherwise the last ones are not all out
            {
                _topics.Publish(_dispatcher.Now - _publishedAt);
                _publishedAt = _dispatcher.Now;
            }
        }
    }

    private int Sweep()
    {
        int swept = _dispatcher.Shared.Retained.SweepExpired(_dispatcher.Now, _expired);
        for (int i = 0; i < swept; i++)
        {
            _dispatcher.Journal?.Rows.PutRetained(_expired[i], isPromised: false);
            _dispatcher.Hooks?.RetainedChanged(_expired[i].Topic, default);
            _dispatcher.Publications.Release(_expired[i]);
            _expired[i] = null!;
        }

        return swept;
    }
}
