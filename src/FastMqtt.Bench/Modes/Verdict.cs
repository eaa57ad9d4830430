// Judges a run by what was sent and what arrived, and writes it as the end of the report.
using FastMqtt.Bench.Engine;
using FastMqtt.Bench.Report;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Modes;

internal static class Verdict
{
    /// <summary>Latencies of the messages that were recorded.</summary>
    public static void AddLatencies(LoadReport report, LatencyHistogram latencies, string prefix = "")
    {
        const double Microsecond = 1000;
        report.Add(prefix + "p50_us", latencies.Percentile(0.5) / Microsecond, 1);
        report.Add(prefix + "p90_us", latencies.Percentile(0.9) / Microsecond, 1);
        report.Add(prefix + "p99_us", latencies.Percentile(0.99) / Microsecond, 1);
        report.Add(prefix + "p999_us", latencies.Percentile(0.999) / Microsecond, 1);
        report.Add(prefix + "max_us", latencies.Maximum / Microsecond, 1);
        report.Add(prefix + "mean_us", latencies.Mean / Microsecond, 1);
    }

    /// <summary>What every run is about, at the head of its report.</summary>
    public static LoadReport Begin(LoadOptions options)
    {
        var report = new LoadReport();
        report.Add("mode", ModeNames.Of(options.Mode));
        report.Add("label", options.Label);
        report.Add("ver", (long)options.Version);
        report.Add("qos", (long)options.QoS);
        report.Add("subqos", (long)options.SubscriptionQoS);
        report.Add("P", options.Publishers);
        report.Add("S", options.Subscribers);
        report.Add("pattern", ModeNames.Of(options.Pattern));
        report.Add("size", options.PayloadBytes);
        report.Add("persistent", options.HasLastingSessions ? 1 : 0);
        report.Add("threads", 1);
        return report;
    }

    public static void Judge(LoadReport report, Fleet fleet, LoadLoop loop, bool isDrained)
    {
        LoadCounters counters = loop.Counters;
        long lost = counters.Lost + (loop.Deliveries.IsEachToAll ? CountMissingAtEnd(fleet) : 0);

        // What came late looked like a gap first.
        lost -= Math.Min(lost, counters.Reordered);
        long expected = fleet.Expected;
        lost = Math.Max(lost, expected - counters.Received);
        report.Add("lost", lost);
        report.Add("dup", counters.Repeated);
        report.Add("reorder", counters.Reordered);
        report.Add("bad", 0L);
        report.AddVerdict(isDrained && counters.Received == expected && lost == 0 && counters.Repeated == 0
            && counters.Reordered == 0);
    }

    // The last message of each publisher must be the last one at each of its subscribers.
    private static long CountMissingAtEnd(Fleet fleet)
    {
        long missing = 0;
        foreach (LoadClient client in fleet.Subscribers)
        {
            Subscriber subscriber = client.Subscriber!;
            for (int i = 0; i < subscriber.Publishers; i++)
            {
                int publisher = subscriber.PublisherAt(i);
                missing += (uint)fleet.Publishers[publisher].Publisher!.Sent - subscriber.LastOf(publisher);
            }
        }

        return missing;
    }
}
