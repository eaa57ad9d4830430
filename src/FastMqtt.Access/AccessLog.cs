// Every line this layer logs, in one place. No line carries a password, a token or a key.

using Microsoft.Extensions.Logging;

namespace FastMqtt.Access;

internal static partial class AccessLog
{
    [LoggerMessage(1, LogLevel.Information, "{Path} has changed and was read again")]
    public static partial void FileReloaded(ILogger log, string path);

    [LoggerMessage(2, LogLevel.Error, "{Problem}; what was read before stays in force")]
    public static partial void KeptOldFile(ILogger log, string problem);

    [LoggerMessage(3, LogLevel.Warning, "{Path}:{Line}: pattern contains neither %c nor %u as a level")]
    public static partial void PatternWithoutSubstitution(ILogger log, string path, int line);

    [LoggerMessage(4, LogLevel.Warning, "Access is refused while {Url} cannot be asked: {Problem}")]
    public static partial void HookFailed(ILogger log, string url, string problem);

    [LoggerMessage(5, LogLevel.Debug, "Token of client {ClientId} refused: {Problem}")]
    public static partial void TokenRefused(ILogger log, string clientId, string problem);
}
