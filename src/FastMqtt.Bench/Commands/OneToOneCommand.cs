// `fastmqtt bench 1x1`: one publisher to one subscriber at QoS 0, the seed's question asked properly. Its options and
// printed lines are its own; what runs is the engine of the other modes.
using System.CommandLine;
using System.Globalization;
using FastMqtt.Bench.Report;

namespace FastMqtt.Bench.Commands;

internal static class OneToOneCommand
{
    public static Command Create(LoadSettings settings)
    {
        var target = new AddressOptions();
        Option<int> count = OptionFactory.Number("--count", "-c", "COUNT", "Messages to receive", 100_000, 1);
        Option<int> window = OptionFactory.Number("--window", "-l", "CONCURRENT", "Messages on the way at most", 10, 1);
        Option<int> seconds = OptionFactory.Number(
            "--seconds", "-s", "SECONDS", "Measure for a time, not a count", 0, 1, 86_400);
        const int Least = LoadOptions.PayloadBytesMin;
        const int Most = LoadOptions.PayloadBytesMax;
        Option<int> size = OptionFactory.Number("--size", "-z", "BYTES", "Bytes of payload", 1024, Least, Most);
        var command = new Command(
            "1x1", "One publisher to one subscriber at QoS 0: every message checked, rate and latency reported")
        {
            count, window, seconds, size,
        };
        target.AddTo(command);
        command.SetAction(parsed => Guard.Run(settings, () => Run(
            new LoadOptions
            {
                Mode = LoadMode.Throughput,
                Target = target.Read(parsed),
                TopicPrefix = settings.TopicPrefix,
                Window = parsed.GetValue(window),
                Seconds = parsed.GetValue(seconds),
                WarmSeconds = 0,
                Count = parsed.GetValue(seconds) > 0 ? 0 : parsed.GetValue(count),
                PayloadBytes = parsed.GetValue(size),
            },
            target.ReadText(parsed),
            settings.Output)));
        return command;
    }

    private static bool Run(LoadOptions options, string target, TextWriter output)
    {
        string extent = options.Count > 0 ? $"{options.Count} messages" : $"for {options.Seconds:0} s";
        output.WriteLine(
            $"1x1: {extent} of {options.PayloadBytes} bytes at QoS 0, at most {options.Window} on the way, {target}");
        LoadReport report = LoadRun.Measure(options);
        if (!report.IsOk)
        {
            throw new BenchException(ReportTable.WhyNot(report));
        }

        Print($"1x1: {Value("msgs")} messages, each checked, in {Value("wall_s"):0.000} s");
        Print($"1x1: {Value("rate")} msgs/s");
        string[] latencies = Array.ConvertAll(["p50_us", "p99_us", "p999_us"], name => $"{Value(name):0.0}");
        Print($"1x1: latency p50 {latencies[0]} us, p99 {latencies[1]} us, p99.9 {latencies[2]} us");
        return true;

        object Value(string name) => report.TryGet(name, out object value) ? value : 0L;

        void Print(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
