// Clients subscribe and go away; messages queue up for their sessions; they come back. How fast messages are queued
// (acknowledged, that is), what that does to a pair beside it, and how fast they are delivered. The sessions are
// removed from the broker in the end, unless the run is to leave them there.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Modes;

internal sealed class OfflineRun(LoadOptions options, LoadLoop loop, Fleet fleet)
{
    private const int WaitMilliseconds = 20;

    // For the broker to notice a disconnect, and to finish what it does behind the last acknowledgement.
    private const double SettleSeconds = 0.1;

    // How long the pair is measured where the run itself gives no time.
    private const double PairSeconds = 2;

    private readonly BrokerMeter _broker = new(options.BrokerProcess);
    private readonly Drain _drain = new(options, loop, fleet);
    private readonly LoadReport _report = Verdict.Begin(options);

    public LoadReport Run()
    {
        _broker.ResetPeak();
        loop.Deliveries.Use(fleet.Publishers);
        loop.SetUp.Connect(fleet.Subscribers);
        fleet.Subscribers.ForEach(loop.Close);
        StormRun.Hold(loop, SettleSeconds);
        loop.SetUp.Connect(fleet.Publishers);
        _report.Add("inflight", options.InFlight);
        _report.Add("n", options.Count);
        bool isPairOk = true;
        if (options.BesideRate > 0)
        {
            isPairOk = QueueBesidePair();
        }
        else
        {
            Queue(null);
        }

        if (options.KeepsMessages)
        {
            // Whose session somebody may ask for afterwards.
            _report.Add("session", fleet.Subscribers[0].Identifier);
            _report.AddVerdict(isPairOk);
            return _report;
        }

        Deliver(isPairOk);
        return _report;
    }

    private bool QueueBesidePair()
    {
        using var pair = new BesidePair(options);
        double seconds = options.Seconds > 0 ? options.Seconds : PairSeconds;
        pair.Connect();
        pair.Measure(seconds);
        _report.Add("target_rate", options.BesideRate, 0);
        pair.AddTo(_report, "alone_");
        pair.Start();
        Queue(pair);
        pair.AddTo(_report, string.Empty);
        pair.Measure(seconds);
        pair.AddTo(_report, "queued_");
        return pair.Check(_report);
    }

    private void Queue(BesidePair? pair)
    {
        var memory = new MemorySpan(_broker);
        var cpu = new CpuSpan(_broker);
        long begin = Clock.Now;
        loop.CountMax = options.Count > 0 ? options.Count : long.MaxValue;
        loop.StartPublishers(fleet.Publishers);
        PublishForTime(begin);
        long acknowledged = fleet.Acknowledged;
        double seconds = Clock.ToSeconds(Clock.Now - begin);
        cpu.End();
        pair?.Stop();
        loop.CountMax = options.Count;
        WaitForAcknowledged();
        StormRun.Hold(loop, SettleSeconds);
        memory.End();
        _report.Add("acknowledged", acknowledged);
        _report.Add("queue_s", seconds, 4);
        _report.Add("queue_rate", acknowledged / seconds, 0);
        _report.Add("queue_load_us_per_msg", cpu.LoadMicroseconds / acknowledged, 3);
        if (_broker.IsKnown)
        {
            _report.Add("queue_us_per_msg", cpu.BrokerMicroseconds / acknowledged, 3);
            memory.AddTo(_report, fleet.Expected, "queued");
        }
    }

    // With a count there is no time: what is measured ends with the last acknowledgement.
    private void PublishForTime(long begin)
    {
        if (options.Count > 0)
        {
            WaitForAcknowledged();
            return;
        }

        long end = begin + Clock.FromSeconds(options.Seconds);
        while (Clock.Now < end)
        {
            loop.TurnAndPublish(WaitMilliseconds);
        }
    }

    private void WaitForAcknowledged()
    {
        if (!_drain.WaitForAcknowledged(options.Count))
        {
            throw new BenchException("no progress: the queued messages were not all acknowledged");
        }
    }

    private void Deliver(bool isPairOk)
    {
        fleet.Subscribers.ForEach(static client => client.Filters = 0); // their sessions have the subscriptions
        var cpu = new CpuSpan(_broker);
        long begin = Clock.Now;
        loop.SetUp.Connect(fleet.Subscribers);
        bool isDrained = _drain.WaitForReceived(fleet.Expected);
        double seconds = Clock.ToSeconds(loop.Counters.LastReceived - begin);
        cpu.End();
        StormRun.Hold(loop, SettleSeconds); // nothing more may come
        fleet.RemoveSessions(loop);
        _report.Add("msgs", loop.Counters.Received);
        _report.Add("wall_s", seconds, 4);
        _report.Add("rate", loop.Counters.Received / seconds, 0);
        cpu.AddTo(_report, seconds, loop.Counters.Received);
        Verdict.Judge(_report, fleet, loop, isDrained && isPairOk);
    }
}
