// What a broker does now and then, on the first dispatcher's timer: $SYS, and taking expired retained messages out of
// the store. An expired message is never delivered; the sweep gives its memory back.

using FastMqtt.Broker.Diagnostics;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Housekeeping : Timed
{
    /// <summary>Milliseconds between two turns when $SYS is off.</summary>
    private const long DefaultInterval = 10_000;

    /// <summary>Expired messages taken in one turn; when there are more, the next turn comes at once.</summary>
    private const int SweepBatch = 1_024;

    private readonly Dispatcher _dispatcher;
    private readonly SystemTopics? _topics;
    private readonly Publication[] _expired = new Publication[SweepBatch];
    private readonly long _interval;
    private long _publishedAt;

    public Housekeeping(Dispatcher dispatcher)
    {
        _dispatcher = dispatcher;
        long interval = (long)dispatcher.Options.SystemTopicsInterval.TotalMilliseconds;
        _interval = interval > 0 ? interval : DefaultInterval;
        _publishedAt = dispatcher.Now;
        if (interval > 0)
        {
            _topics = new SystemTopics(dispatcher);
            _topics.PublishVersion();
            _topics.Publish(_interval);
        }

        dispatcher.Timers.Arm(this, dispatcher.Now + _interval);
    }

    public override void OnDue(Dispatcher dispatcher)
    {
        int swept = dispatcher.Shared.Retained.SweepExpired(dispatcher.Now, _expired);
        for (int i = 0; i < swept; i++)
        {
            dispatcher.Publications.Release(_expired[i]);
            _expired[i] = null!;
        }

        bool isBehind = dispatcher.Walks.HasOwn; // the last ones are not all out
        if (_topics is not null && !isBehind && dispatcher.Now - _publishedAt >= _interval)
        {
            _topics.Publish(dispatcher.Now - _publishedAt);
            _publishedAt = dispatcher.Now;
        }

        dispatcher.Timers.Arm(this, dispatcher.Now + (swept == SweepBatch ? 0 : _interval));
    }

    public void Stop() => _dispatcher.Timers.Cancel(this);
}
