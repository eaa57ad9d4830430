// The options of modes whose subscribers may have sessions that outlive their connections.
using System.CommandLine;

namespace FastMqtt.Bench.Commands;

internal sealed class SessionOptions(LoadMode mode)
{
    private readonly Option<bool> _persistent =
        OptionFactory.Switch("--persistent", "Sessions of subscribers outlive their connections");

    private readonly Option<double> _beside = OptionFactory.Real(
        "--beside", string.Empty, "RATE", "Latency of a QoS 0 pair: alone, beside the publishers, with all queued",
        0, 0, 1e6);

    private readonly Option<bool> _keep =
        OptionFactory.Switch("--keep", "Leave the messages queued: nothing is delivered, nothing is removed");

    public void AddTo(Command command)
    {
        if (mode != LoadMode.Offline)
        {
            command.Options.Add(_persistent);
            return;
        }

        command.Options.Add(_beside);
        command.Options.Add(_keep);
    }

    public LoadOptions Read(ParseResult parsed, LoadOptions target) => mode == LoadMode.Offline
        ? target with { BesideRate = parsed.GetValue(_beside), KeepsQueue = parsed.GetValue(_keep) }
        : target with { IsPersistent = parsed.GetValue(_persistent) };
}
