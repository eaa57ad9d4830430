// Reads the configuration again while the broker runs, applies what can be applied and says what changed. A broken one
// changes nothing. One reload at a time; on any thread but a dispatcher's. Made by ServeCommand, run on SIGHUP.
using FastMqtt.Broker;
using FastMqtt.Logging;
using FastMqtt.WebSockets;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Configuration;

internal sealed class ConfigurationReload(ConfigurationInput input, Settings running, AccessFactory access)
{
    private static readonly string[] OfTheLog =
    [
        "connection_messages", "log_dest", "log_facility", "log_format", "log_timestamp", "log_timestamp_format",
        "log_type",
    ];

    private readonly Lock _gate = new();
    private Settings _running = running;

    /// <summary>How the running broker saves: that is decided at the start.</summary>
    public PersistenceOptions? Persistence { get; init; }

    /// <summary>Reads everything again.</summary>
    /// <param name="broker">Takes over what changed.</param>
    /// <param name="logger">Is told what changed.</param>
    /// <param name="applyLog">Takes over changed settings of the log; null: they need a restart.</param>
    /// <param name="applyWebSockets">Takes over the options of WebSocket listeners; null: there are none.</param>
    public void Run(
        MqttBroker broker,
        ILogger logger,
        Action<LogSettings>? applyLog = null,
        Action<IReadOnlyList<WebSocketListenerOptions>>? applyWebSockets = null)
    {
        lock (_gate)
        {
            Settings next = ConfigurationReader.Read(input);
            ConfigurationChecks.Run(next);
            if (HasProblems(next, logger))
            {
                return;
            }

            List<SettingChange> changes = SettingComparison.Reconcile(
                _running, next, option => applyLog is not null || !IsOfTheLog(option));
            MappedSettings mapped = BrokerMapping.Map(next, access);
            mapped.Broker.Persistence = Persistence;
            if (HasProblems(next, logger) || !TryApply(broker, mapped, logger))
            {
                return;
            }

            access.End();
            access.Reload();
            broker.ReloadTls();
            applyWebSockets?.Invoke(mapped.WebSockets);
            _running = next;
            Tell(changes, logger, mapped, applyLog);
        }
    }

    private static bool IsOfTheLog(OptionDefinition option) => Array.IndexOf(OfTheLog, option.Name) >= 0;

    private static bool TryApply(MqttBroker broker, MappedSettings mapped, ILogger logger)
    {
        try
        {
            foreach (ListenerOptions missing in broker.Apply(mapped.Broker))
            {
                if (missing.EndPoint is not null || missing.UnixSocketPath is not null)
                {
                    ConfigurationLog.NotRunning(logger, missing.UnixSocketPath ?? $"{missing.EndPoint}");
                }
            }

            return true;
        }
        catch (ArgumentOutOfRangeException exception)
        {
            ConfigurationLog.Broken(logger, exception.Message.ReplaceLineEndings(" "));
            return false;
        }
    }

    private static bool HasProblems(Settings settings, ILogger logger)
    {
        foreach (Problem problem in settings.Problems)
        {
            ConfigurationLog.Broken(logger, problem.ToString());
        }

        if (settings.Problems.Count > 0)
        {
            ConfigurationLog.Unchanged(logger);
        }

        return settings.Problems.Count > 0;
    }

    private static void Tell(
        List<SettingChange> changes, ILogger logger, MappedSettings mapped, Action<LogSettings>? applyLog)
    {
        bool isLogChanged = false;
        foreach (SettingChange change in changes)
        {
            isLogChanged |= change.IsApplied && IsOfTheLog(change.Option);
            ConfigurationLog.Changed(logger, change);
        }

        if (changes.Count == 0)
        {
            ConfigurationLog.NothingChanged(logger);
        }

        if (isLogChanged)
        {
            applyLog!(mapped.Log); // last, so that the lines above are where one looked for them so far
        }
    }
}
