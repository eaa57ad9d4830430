// What reading the configuration says in the log, at start and while the broker runs.
using Microsoft.Extensions.Logging;

namespace FastMqtt.Configuration;

internal static partial class ConfigurationLog
{
    [LoggerMessage(20, LogLevel.Warning, "{Notice}")]
    public static partial void Ignored(ILogger logger, string notice);

    [LoggerMessage(21, LogLevel.Information, "{Notice}")]
    public static partial void Pointless(ILogger logger, string notice);

    [LoggerMessage(22, LogLevel.Information, "Configuration read again: {Change}")]
    public static partial void Changed(ILogger logger, SettingChange change);

    [LoggerMessage(23, LogLevel.Information,
        "Configuration read again: no option changed; the files it names are read again too")]
    public static partial void NothingChanged(ILogger logger);

    [LoggerMessage(24, LogLevel.Error, "Configuration read again: {Problem}")]
    public static partial void Broken(ILogger logger, string problem);

    [LoggerMessage(25, LogLevel.Error, "Configuration read again: it has mistakes, everything stays as it was")]
    public static partial void Unchanged(ILogger logger);

    [LoggerMessage(26, LogLevel.Warning,
        "Configuration read again: no listener runs on {Address}, its options hold from the next start")]
    public static partial void NotRunning(ILogger logger, string address);

    /// <summary>Says what a start has to say about its configuration.</summary>
    public static void Write(ILogger logger, IReadOnlyList<Notice> notices)
    {
        foreach (Notice notice in notices)
        {
            if (notice.IsWarning)
            {
                Ignored(logger, notice.Text);
            }
            else
            {
                Pointless(logger, notice.Text);
            }
        }
    }
}
