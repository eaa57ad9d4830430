// The options of modes that are about many connections.
using System.CommandLine;

namespace FastMqtt.Bench.Commands;

internal sealed class ConnectionOptions(LoadMode mode)
{
    private const int ConnectionsMax = 1_000_000;

    private readonly Option<int> _connections = OptionFactory.Number(
        "--connections",
        "-c",
        "N",
        mode == LoadMode.FanOutStorm ? "Subscribers of the large topic" : "Connections",
        1000,
        1,
        ConnectionsMax);

    private readonly Option<int> _atATime = OptionFactory.Number(
        "--at-a-time", "-k", "N", "Connections that are being opened at a time", 64, 1, ConnectionsMax);

    private readonly Option<double> _hold = OptionFactory.Real(
        "--hold", string.Empty, "SECONDS", "How long they stay idle", mode == LoadMode.Idle ? 3 : 1, 0, 86_400);

    private readonly Option<int> _subscribes = OptionFactory.Number(
        "--storm-sub", string.Empty, "0|1", "Whether each connection subscribes too", 0, 0, 1);

    private readonly Option<double> _largeRate = OptionFactory.Real(
        "--large-rate", string.Empty, "N", "Messages a second to the large topic", 5, 0.1, 10_000);

    public void AddTo(Command command)
    {
        command.Options.Add(_connections);
        command.Options.Add(_atATime);
        if (mode == LoadMode.FanOutStorm)
        {
            command.Options.Add(_largeRate);
            return;
        }

        command.Options.Add(_hold);
        if (mode == LoadMode.Storm)
        {
            command.Options.Add(_subscribes);
        }
    }

    public LoadOptions Read(ParseResult parsed, LoadOptions target)
    {
        int connections = parsed.GetValue(_connections);
        return target with
        {
            Connections = connections,
            Subscribers = mode == LoadMode.Idle ? connections : target.Subscribers,
            AtATime = parsed.GetValue(_atATime),
            HoldSeconds = mode == LoadMode.FanOutStorm ? 0 : parsed.GetValue(_hold),
            StormSubscribes = mode == LoadMode.Storm && parsed.GetValue(_subscribes) == 1,
            LargeRate = mode == LoadMode.FanOutStorm ? parsed.GetValue(_largeRate) : target.LargeRate,
        };
    }
}
