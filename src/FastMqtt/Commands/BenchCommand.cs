// `fastmqtt bench seed` and `fastmqtt bench 1x1`: grammar only. What is measured is in Bench/.
using System.CommandLine;
using FastMqtt.Bench;

namespace FastMqtt.Commands;

internal static class BenchCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var bench = new Command("bench", "Measure a broker, this one or any other");
        bench.Subcommands.Add(CreateSeed(output, error));
        bench.Subcommands.Add(CreateOneToOne(output, error));
        return bench;
    }

    private static Command CreateSeed(TextWriter output, TextWriter error)
    {
        Option<string> host = HostOption();
        Option<int> port = PortOption();
        Option<int> count = NumberOption("--count", "-c", "COUNT", "Messages to count", 100, 1);
        Option<int> window = NumberOption("--preload", "-l", "CONCURRENT", "Messages sent ahead; at least 2", 10, 1);
        var command = new Command("seed", "The 1x1 benchmark of the broker FastMqtt grew from, byte for byte")
        {
            host, port, count, window,
        };
        command.SetAction(parsed => SeedBench.Run(
            new BenchTarget(parsed.GetRequiredValue(host), parsed.GetValue(port)),
            parsed.GetValue(count),
            parsed.GetValue(window),
            output,
            error));
        return command;
    }

    private static Command CreateOneToOne(TextWriter output, TextWriter error)
    {
        Option<string> host = HostOption();
        Option<int> port = PortOption();
        Option<int> count = NumberOption("--count", "-c", "COUNT", "Messages to receive", 100_000, 1);
        Option<int> window = NumberOption("--window", "-l", "CONCURRENT", "Messages on the way at most", 10, 1);
        Option<int> seconds = NumberOption("--seconds", "-s", "SECONDS", "Measure for a time, not a count", 0, 1);
        Option<int> size = NumberOption(
            "--size", "-z", "BYTES", "Bytes of payload", 1024, BenchFrame.PayloadBytesMin, BenchFrame.PayloadBytesMax);
        var command = new Command(
            "1x1", "One publisher to one subscriber at QoS 0: every frame checked, rate and latency reported")
        {
            host, port, count, window, seconds, size,
        };
        command.SetAction(parsed => OneToOneBench.Run(
            new BenchTarget(parsed.GetRequiredValue(host), parsed.GetValue(port)),
            new OneToOneLoad(
                parsed.GetValue(count), parsed.GetValue(window), parsed.GetValue(seconds), parsed.GetValue(size)),
            output,
            error));
        return command;
    }

    private static Option<string> HostOption() => new("--host", "-h")
    {
        HelpName = "HOST",
        Description = "Name or address of the broker",
        DefaultValueFactory = static _ => "127.0.0.1",
    };

    private static Option<int> PortOption() =>
        NumberOption("--port", "-p", "PORT", "Port of the broker", Address.DefaultPort, 1, ushort.MaxValue);

    private static Option<int> NumberOption(
        string name, string alias, string helpName, string description, int normal, int least, int most = int.MaxValue)
    {
        var option = new Option<int>(name, alias)
        {
            HelpName = helpName,
            Description = description,
            DefaultValueFactory = _ => normal,
        };
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, out int value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError(most == int.MaxValue
                ? $"'{text}' is not a number of at least {least}"
                : $"'{text}' is not a number from {least} to {most}");
            return normal;
        };
        return option;
    }
}
