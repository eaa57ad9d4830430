// How to start the broker under test, and the directory that is all its own.
using System.Net;

namespace FastMqtt.Crash.Brokers;

internal sealed record BrokerSettings
{
    public const string FileName = "fastmqtt.db";

    // The program and its arguments, separated by spaces: "artifacts/fastmqtt", "dotnet fastmqtt.dll".
    public required string Command { get; init; }

    public required string Root { get; init; }

    public required IPEndPoint EndPoint { get; init; }

    public bool Persistence { get; init; } = true;

    public int Dispatchers { get; init; }

    // More lines for the configuration file.
    public IReadOnlyList<string> Lines { get; init; } = [];

    // For the process, such as the preloaded library.
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public string Store => Path.Combine(Root, "store");

    public string LogPath => Path.Combine(Root, "broker.log");

    public string ConfigurationPath => Path.Combine(Root, "broker.conf");

    public void Write()
    {
        Directory.CreateDirectory(Store);
        List<string> lines =
        [
            $"listener {EndPoint.Port} {EndPoint.Address}",
            "allow_anonymous true",
            "sys_interval 0",
            "max_queued_messages 0",
            "max_queued_bytes 0",
            $"dispatchers {Dispatchers}",
        ];
        if (Persistence)
        {
            lines.Add("persistence true");
            lines.Add($"persistence_location {Store}/");
            lines.Add($"persistence_file {FileName}");
            lines.Add("durability commit");
        }

        File.WriteAllLines(ConfigurationPath, [.. lines, .. Lines]);
    }
}
