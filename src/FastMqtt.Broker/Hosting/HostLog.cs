// What a broker in a host says about the host.

using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(88, LogLevel.Critical, "The broker has failed: the host is stopped.")]
    public static partial void HostStops(this ILogger log);
}
