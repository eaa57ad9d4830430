// A report for people: what was measured in one line, then a line for each figure that the run has.
using System.Globalization;
using System.Text;

namespace FastMqtt.Bench.Report;

internal static class ReportTable
{
    // Wide enough for the longest name and for figures of ten digits with their separators.
    private const int NameColumns = 40;
    private const int FigureColumns = 16;

    // Field, and what it is called. Fields that are missing here say how the run was made, not what it found.
    private static readonly (string Field, string Name)[] Names =
    [
        ("msgs", "messages"),
        ("wall_s", "seconds"),
        ("rate_alone", "a second, alone"),
        ("rate", "a second"),
        ("rate_left_pct", "rate left, %"),
        ("target_rate", "a second, asked for"),
        ("late_sends", "sent over 1 ms late by this program"),
        ("store_rate", "stored a second"),
        ("acknowledged", "acknowledged"),
        ("queue_rate", "acknowledged a second"),
        ("published", "subscriptions that messages are for"),
        ("subscribe_rate", "subscribes (and unsubscribes) a second"),
        ("delivered", "messages to idle clients"),
        ("large_deliveries", "deliveries of the large topic"),
        ("alone_p50_us", "latency p50 alone, us"),
        ("p99_alone_us", "latency p99 alone, us"),
        ("alone_p99_us", "latency p99 alone, us"),
        ("queued_p50_us", "latency p50 with all queued, us"),
        ("queued_p99_us", "latency p99 with all queued, us"),
        ("p50_us", "latency p50, us"),
        ("p90_us", "latency p90, us"),
        ("p99_us", "latency p99, us"),
        ("p999_us", "latency p99.9, us"),
        ("max_us", "latency maximum, us"),
        ("broker_us_per_msg_alone", "broker CPU for each alone, us"),
        ("queue_us_per_msg", "broker CPU for each acknowledged, us"),
        ("broker_us_per_msg", "broker CPU for each, us"),
        ("broker_cpu_pct", "broker CPU, %"),
        ("idle_cpu_pct", "broker CPU while idle, %"),
        ("peak_rss_kb", "broker memory at most, KiB"),
        ("rss_left_kb", "broker memory at the end, KiB"),
        ("rss_bytes_per_conn", "broker memory for a connection, bytes"),
        ("bytes_per_sub", "broker memory for a subscription, bytes"),
        ("rss_bytes_per_retained", "broker memory for a retained message, bytes"),
        ("rss_bytes_per_queued", "broker memory for a queued message, bytes"),
        ("load_us_per_msg", "CPU of this program for each, us"),
        ("lost", "lost"),
        ("dup", "repeated"),
        ("reorder", "out of order"),
    ];

    public static string Render(LoadReport report)
    {
        var text = new StringBuilder(Title(report)).AppendLine();
        foreach ((string field, string name) in Names)
        {
            if (report.TryGet(field, out object value))
            {
                text.Append(NameIn(report, name).PadRight(NameColumns))
                    .AppendLine(Format(value).PadLeft(FigureColumns));
            }
        }

        return text.Append(report.IsOk ? "every message was checked: ok" : $"FAILED: {WhyNot(report)}").ToString();
    }

    /// <summary>What a report that is not ok complains about, in one line.</summary>
    public static string WhyNot(LoadReport report)
    {
        if (report.TryGet("error", out object error))
        {
            return $"{error}";
        }

        var complaint = new StringBuilder("the messages failed their check:");
        foreach (string name in (ReadOnlySpan<string>)["lost", "dup", "reorder", "bad"])
        {
            if (report.TryGet(name, out object count))
            {
                complaint.Append(CultureInfo.InvariantCulture, $" {name} {count}");
            }
        }

        return complaint.ToString();
    }

    // A storm counts its connections where others count messages.
    private static string NameIn(LoadReport report, string name) =>
        name == "messages" && !report.TryGet("P", out _) ? "connections" : name;

    private static string Title(LoadReport report)
    {
        string mode = $"{Value("mode")}";
        string clients = Has("P")
            ? $", {Value("P")} to {Value("S")} ({Value("pattern")}), QoS {Value("qos")}, {Value("size")} bytes"
            : string.Empty;
        string connections = Has("conns") ? $", {Value("conns")} connections" : string.Empty;
        return mode + clients + connections;

        bool Has(string field) => report.TryGet(field, out _);

        object Value(string field) => report.TryGet(field, out object value) ? value : string.Empty;
    }

    private static string Format(object value) => value switch
    {
        long whole => whole.ToString("#,0", CultureInfo.InvariantCulture),
        decimal real => real.ToString("#,0.###", CultureInfo.InvariantCulture),
        _ => $"{value}",
    };
}
