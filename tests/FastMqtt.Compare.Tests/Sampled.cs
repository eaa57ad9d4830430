// Samples and facts made up for tests of what is shown.
using System.Text.Json.Nodes;
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Results;
using FastMqtt.Compare.Running;

namespace FastMqtt.Compare.Tests;

internal static class Sampled
{
    public static Facts Facts => new()
    {
        Start = new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero),
        Command = "make bench",
        Commit = "abc1234",
        Machine = "2 cores, Some Processor",
        System = "Linux 6.1",
        Versions = new Dictionary<string, string>
        {
            ["FastMqtt"] = "FastMqtt 0.1.0",
            ["Mosquitto"] = "Mosquitto 2.0.11",
        },
        Generator = "fastmqtt-load",
        Rounds = 3,
        Seconds = 1,
        IsQuick = false,
        LoadBefore = "0.10",
        LoadAfter = "1.00",
    };

    public static BrokerEntry Subject { get; } = new() { Name = "FastMqtt", Command = ["x"] };

    public static BrokerEntry Baseline { get; } = new() { Name = "Mosquitto", Command = ["x"], IsBaseline = true };

    public static Workload Stream { get; } =
        new() { Name = "one", Title = "1 to 1", Arguments = "throughput", IsInReadme = true };

    public static Workload Paced { get; } = new()
    {
        Name = "lat",
        Title = "2,000/s",
        Arguments = "latency",
        Measure = WorkloadMeasure.Latency,
        IsInReadme = true,
    };

    public static Workload Idle { get; } = new()
    {
        Name = "idle",
        Title = "9,000 idle",
        Arguments = "idle",
        Measure = WorkloadMeasure.Memory,
        IsInReadme = true,
    };

    public static Sample Run(
        string workload, string broker, string? failure, params (string Name, double Value)[] figures)
    {
        var values = new JsonObject();
        foreach ((string name, double value) in figures)
        {
            values[name] = value;
        }

        return new Sample { Workload = workload, Broker = broker, Round = 1, Figures = values, Failure = failure };
    }

    public static Sample Rate(string broker, double rate, double cpu = 1, string? failure = null) =>
        Run("one", broker, failure, (FigureNames.Rate, rate), (FigureNames.BrokerCpu, cpu));

    public static Sample Latency(string broker, double median, double high) => Run(
        "lat", broker, null, (FigureNames.Rate, 2000), (FigureNames.Median, median), (FigureNames.NinetyNine, high));

    public static ResultSet Results(params Sample[] samples) =>
        new(samples, [Stream, Paced, Idle], [Subject, Baseline]);
}
