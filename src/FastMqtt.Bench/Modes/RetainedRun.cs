// Retained messages: how fast they are stored, and how fast new subscribers to all of them get them. They are removed
// from the broker in the end, unless they are to be kept.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Modes;

internal sealed class RetainedRun(LoadOptions options, LoadLoop loop, Fleet fleet)
{
    private const int WaitMilliseconds = 20;
    private const double SettleSeconds = 0.1;

    private readonly LoadClient _publisher = fleet.Publishers[0];

    public LoadReport Run()
    {
        var broker = new BrokerMeter(options.BrokerProcess);
        broker.ResetPeak();
        var drain = new Drain(options, loop, fleet);
        loop.Deliveries.Use(fleet.Publishers);
        loop.SetUp.Connect(fleet.Publishers);
        var memory = new MemorySpan(broker);
        var storing = new CpuSpan(broker);
        long begin = Clock.Now;
        loop.CountMax = options.Count;
        loop.StartPublishers(fleet.Publishers);
        if (!drain.WaitForAcknowledged(options.Count))
        {
            throw new BenchException("no progress: the retained messages were not all acknowledged");
        }

        Ping();
        double storingSeconds = Clock.ToSeconds(Clock.Now - begin);
        storing.End();
        StormRun.Hold(loop, SettleSeconds);
        memory.End();
        LoadReport report = Deliver(broker, drain, out long missing);
        AddStoring(report, broker, storing, memory, storingSeconds);
        if (!options.KeepsMessages)
        {
            Remove();
        }

        report.Add("lost", missing);
        report.Add("dup", loop.Counters.Repeated);
        report.Add("reorder", 0L);
        report.Add("bad", 0L);
        report.AddVerdict(missing == 0 && loop.Counters.Repeated == 0);
        return report;
    }

    private LoadReport Deliver(BrokerMeter broker, Drain drain, out long missing)
    {
        var cpu = new CpuSpan(broker);
        var rates = new double[fleet.Subscribers.Count];
        double seconds = 0;
        missing = 0;
        for (int i = 0; i < rates.Length && missing == 0; i++)
        {
            long before = loop.Counters.Received;
            long begin = Clock.Now;
            loop.SetUp.Connect([fleet.Subscribers[i]]);
            drain.WaitForReceived(before + options.Count);
            long received = loop.Counters.Received - before;
            missing = Math.Max(0, options.Count - received);
            double took = Clock.ToSeconds(loop.Counters.LastReceived - begin);
            rates[i] = received / took;
            seconds += took;
            loop.Close(fleet.Subscribers[i]);
        }

        cpu.End();
        rates.AsSpan().Sort();
        LoadReport report = Verdict.Begin(options);
        report.Add("n", options.Count);
        report.Add("msgs", loop.Counters.Received);
        report.Add("wall_s", seconds, 4);
        report.Add("rate", rates[rates.Length / 2], 0);
        cpu.AddTo(report, seconds, loop.Counters.Received);
        return report;
    }

    private void AddStoring(
        LoadReport report, BrokerMeter broker, CpuSpan storing, MemorySpan memory, double seconds)
    {
        report.Add("store_rate", options.Count / seconds, 0);
        if (broker.IsKnown)
        {
            report.Add("store_us_per_msg", storing.BrokerMicroseconds / options.Count, 3);
            report.Add("rss_bytes_per_retained", memory.BytesEach(options.Count), 0);
        }
    }

    // At QoS 0 nothing else says that the broker has read everything.
    private void Ping()
    {
        int pings = loop.Pings;
        Send([0xC0, 0]);
        long end = Clock.Now + options.TimeoutNanoseconds;
        while (loop.Pings == pings)
        {
            loop.TurnAndPublish(WaitMilliseconds);
            if (Clock.Now > end)
            {
                throw new BenchException("no progress: no PINGRESP");
            }
        }
    }

    // A retained message without a payload removes the one before it.
    private void Remove()
    {
        var packet = new byte[_publisher.Publisher!.MessageBytes];
        byte[] topic = fleet.Topics.TopicOf(0);
        for (int number = 0; number < options.Numbers; number++)
        {
            TopicPlan.WriteDigits(topic.AsSpan(fleet.Topics.DigitsOffset), number);
            PublishPacket publish = new() { Topic = topic, Retain = true };
            Send(packet.AsSpan(0, publish.Write(options.Version, packet)));
            if (number % 1000 == 0)
            {
                loop.Turn(0);
            }
        }

        Ping();
    }

    private void Send(ReadOnlySpan<byte> packet)
    {
        packet.CopyTo(_publisher.Connection!.GetOutput(packet.Length, loop.Pool));
        _publisher.Connection.Advance(packet.Length);
        loop.MarkDirty(_publisher);
    }
}
