// `fastmqtt bench` alone: a short set of loads, a second and a line each, to see what a broker on this machine does.
using System.CommandLine;
using System.Globalization;
using FastMqtt.Bench.Report;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Commands;

internal static class StandardSet
{
    private const int NameColumns = 34;
    private const int FigureColumns = 14;
    private const string Missing = "-";

    private static readonly string[] Headings = ["per second", "p50 us", "p99 us", "broker CPU us"];
    private static readonly string[] Figures = ["rate", "p50_us", "p99_us", "broker_us_per_msg"];

    public static void AddTo(Command bench, LoadSettings settings)
    {
        var target = new TargetOptions(settings);
        target.AddTo(bench);
        Option<double> seconds = OptionFactory.Real(
            "--seconds", "-d", "SECONDS", "How long each load is measured", 1, 0.05, 3600);
        bench.Options.Add(seconds);
        bench.SetAction(parsed => Guard.Run(settings, () => Run(target, parsed, parsed.GetValue(seconds), settings)));
    }

    private static bool Run(TargetOptions target, ParseResult parsed, double seconds, LoadSettings settings)
    {
        bool isJson = target.IsJson(parsed, settings.IsJson);
        LoadOptions common = target.Read(parsed, LoadMode.Throughput, settings.TopicPrefix) with
        {
            Seconds = seconds,
            Progress = false,
        };
        if (!isJson)
        {
            string version = common.Version == ProtocolVersion.Mqtt5 ? "5.0" : "3.1.1";
            settings.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{common.Target}, MQTT {version}, 64 bytes, {seconds:0.##} s each"));
            settings.Output.WriteLine(Line("load", Headings));
        }

        foreach ((string name, LoadOptions options) in LoadsOf(common))
        {
            LoadReport report = LoadRun.Measure(options with { Label = name });
            if (!report.IsOk)
            {
                throw new BenchException($"{name}: {ReportTable.WhyNot(report)}");
            }

            settings.Output.WriteLine(isJson ? report.ToJson() : Line(name, Array.ConvertAll(Figures, Figure)));

            string Figure(string field) => !report.TryGet(field, out object value) ? Missing
                : value is decimal real && field != "broker_us_per_msg"
                    ? real.ToString(real < 10_000 ? "0.#" : "#,0", CultureInfo.InvariantCulture)
                    : string.Create(CultureInfo.InvariantCulture, $"{value}");
        }

        return true;
    }

    private static IEnumerable<(string Name, LoadOptions Options)> LoadsOf(LoadOptions common)
    {
        LoadOptions pairs = common with { Publishers = 10, Subscribers = 10, Window = 500 };
        yield return ("1 to 1, QoS 0", common.WithBursts());
        yield return ("10 pairs, QoS 0", pairs.WithBursts());
        yield return ("10 pairs, QoS 1", WithQoS(pairs, QualityOfService.AtLeastOnce).WithBursts());
        yield return ("10 pairs, QoS 2", WithQoS(pairs, QualityOfService.ExactlyOnce).WithBursts());
        yield return ("1 to 100, QoS 0", (common with
        {
            Subscribers = 100,
            Pattern = TopicPattern.One,
            Window = 50,
        }).WithBursts());
        yield return ("1000 a second, 10 pairs, QoS 1", WithQoS(pairs, QualityOfService.AtLeastOnce) with
        {
            Mode = LoadMode.Latency,
            Rate = 1000,
            Window = 0,
        });
        yield return ("500 connections", common with
        {
            Mode = LoadMode.Storm,
            Connections = 500,
            HoldSeconds = 0.1,
        });
    }

    private static LoadOptions WithQoS(LoadOptions options, QualityOfService qos) =>
        options with { QoS = qos, SubscriptionQoS = qos };

    private static string Line(string name, string[] figures) =>
        name.PadRight(NameColumns) + string.Concat(Array.ConvertAll(figures, figure => figure.PadLeft(FigureColumns)));
}
