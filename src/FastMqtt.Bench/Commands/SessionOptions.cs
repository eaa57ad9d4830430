// The options of modes whose subscribers may have sessions that outlive their connections, or whose messages may
// outlive the run.
using System.CommandLine;

namespace FastMqtt.Bench.Commands;

internal sealed class SessionOptions(LoadMode mode)
{
    private readonly Option<bool> _persistent =
        OptionFactory.Switch("--persistent", "Sessions of subscribers outlive their connections");

    private readonly Option<double> _beside = OptionFactory.Real(
        "--beside", string.Empty, "RATE", "Latency of a QoS 0 pair: alone, beside the publishers, with all queued",
        0, 0, 1e6);

    private readonly Option<bool> _keep = OptionFactory.Switch(
        "--keep", "Leave the messages with the broker: none is removed, and of queued ones none is delivered");

    public void AddTo(Command command)
    {
        switch (mode)
        {
            case LoadMode.Retained:
                command.Options.Add(_keep);
                break;
            case LoadMode.Offline:
                command.Options.Add(_beside);
                command.Options.Add(_keep);
                break;
            default:
                command.Options.Add(_persistent);
                break;
        }
    }

    public LoadOptions Read(ParseResult parsed, LoadOptions target) => mode switch
    {
        LoadMode.Retained => target with { KeepsMessages = parsed.GetValue(_keep) },
        LoadMode.Offline => target with
        {
            BesideRate = parsed.GetValue(_beside),
            KeepsMessages = parsed.GetValue(_keep),
        },
        _ => target with { IsPersistent = parsed.GetValue(_persistent) },
    };
}
