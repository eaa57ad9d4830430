// A client subscribes and goes away; messages queue up for it; it comes back. How fast they are queued, and how fast
// they are delivered. The session is removed from the broker in the end.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Modes;

internal sealed class OfflineRun(LoadOptions options, LoadLoop loop, Fleet fleet)
{
    // For the broker to notice a disconnect, and to finish what it does behind the last acknowledgement.
    private const double SettleSeconds = 0.1;

    public LoadReport Run()
    {
        var broker = new BrokerMeter(options.BrokerProcess);
        broker.ResetPeak();
        var drain = new Drain(options, loop, fleet);
        loop.Deliveries.Use(fleet.Publishers);
        LoadClient subscriber = fleet.Subscribers[0];
        subscriber.CleanStart = false;
        loop.SetUp.Connect(fleet.Subscribers);
        loop.Close(subscriber);
        StormRun.Hold(loop, SettleSeconds);
        loop.SetUp.Connect(fleet.Publishers);
        var memory = new MemorySpan(broker);
        var queueing = new CpuSpan(broker);
        long begin = Clock.Now;
        loop.CountMax = options.Count;
        loop.StartPublishers(fleet.Publishers);
        if (!drain.WaitForAcknowledged(options.Count))
        {
            throw new BenchException("no progress: the queued messages were not all acknowledged");
        }

        double queueingSeconds = Clock.ToSeconds(Clock.Now - begin);
        queueing.End();
        StormRun.Hold(loop, SettleSeconds);
        memory.End();

        subscriber.Filters = 0; // its session has the subscription
        var cpu = new CpuSpan(broker);
        begin = Clock.Now;
        loop.SetUp.Connect(fleet.Subscribers);
        bool isDrained = drain.WaitForReceived(options.Count);
        double seconds = Clock.ToSeconds(loop.Counters.LastReceived - begin);
        cpu.End();
        StormRun.Hold(loop, SettleSeconds); // nothing more may come
        RemoveSession(subscriber);

        LoadReport report = Verdict.Begin(options);
        report.Add("n", options.Count);
        report.Add("queue_rate", options.Count / queueingSeconds, 0);
        if (broker.IsKnown)
        {
            report.Add("queue_us_per_msg", queueing.BrokerMicroseconds / options.Count, 3);
            report.Add("rss_bytes_per_queued", memory.BytesEach(options.Count), 0);
        }

        report.Add("msgs", loop.Counters.Received);
        report.Add("wall_s", seconds, 4);
        report.Add("rate", loop.Counters.Received / seconds, 0);
        cpu.AddTo(report, seconds, loop.Counters.Received);
        Verdict.Judge(report, fleet, loop, isDrained);
        return report;
    }

    private void RemoveSession(LoadClient subscriber)
    {
        loop.Close(subscriber);
        subscriber.CleanStart = true;
        loop.SetUp.Connect(fleet.Subscribers);
        loop.Close(subscriber);
    }
}
