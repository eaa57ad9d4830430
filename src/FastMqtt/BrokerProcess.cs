// The life of the broker as a process: start, say what is served, wait for a signal, drain, exit code.
// Must not know a packet. Called by ServeCommand only.
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastMqtt.Broker;
using FastMqtt.Configuration;
using FastMqtt.Logging;
using FastMqtt.Transport;
using Microsoft.Extensions.Logging;

namespace FastMqtt;

internal static class BrokerProcess
{
    // The issue's promise to service managers: SIGTERM to exit within this.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    public static int Run(
        MappedSettings settings, IReadOnlyList<Notice> notices, TextWriter error, ConfigurationReload reload)
    {
        BrokerOptions options = settings.Broker;
        using var signal = new ShutdownSignal();
        using var loggers = new TextLoggerFactory(error, LevelOf(settings.Log));
        ILogger logger = loggers.CreateLogger("fastmqtt");
        ProcessLimits.RaiseOpenFiles();

        MqttBroker broker;
        try
        {
            broker = MqttBroker.Start(options, loggers);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentOutOfRangeException)
        {
            loggers.Dispose();
            error.WriteLine($"fastmqtt: {exception.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Usage;
        }

        ConfigurationLog.Write(logger, notices);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            reload.Run(broker, logger);
        });
        Announce(logger, options, broker);
        int exitCode = WaitForEnd(signal.Received, broker.Failed, logger);
        broker.StopAsync(DrainLimit).GetAwaiter().GetResult();
        ProcessLog.Stopped(logger);
        return exitCode;
    }

    private static LogLevel LevelOf(LogSettings log) =>
        log.Types.Contains("all") || log.Types.Contains("debug") ? LogLevel.Debug
        : log.Types.Count > 0 ? LogLevel.Information
        : LogLevel.None;

    // A broker that has lost a dispatcher accepts connections it never answers: better to end, and to be started again.
    internal static int WaitForEnd(Task<string> signal, Task failed, ILogger logger)
    {
        if (Task.WaitAny(signal, failed) == 0)
        {
            ProcessLog.Stopping(logger, signal.Result);
            return ExitCodes.Success;
        }

        ProcessLog.Failed(logger);
        return ExitCodes.Failure;
    }

    private static void Announce(ILogger logger, BrokerOptions options, MqttBroker broker)
    {
        bool loopbackOnly = true;
        for (int i = 0; i < options.Listeners.Count; i++)
        {
            ListenerOptions listener = options.Listeners[i];
            IPEndPoint bound = i < broker.EndPoints.Count ? broker.EndPoints[i] : listener.EndPoint!;
            loopbackOnly &= IPAddress.IsLoopback(bound.Address);
            if (listener.AllowAnonymous)
            {
                ProcessLog.ListeningAnonymous(logger, bound);
            }
            else if (KnowsUsers(listener))
            {
                ProcessLog.Listening(logger, bound);
            }
            else
            {
                ProcessLog.ListeningRefusing(logger, bound);
            }
        }

        if (loopbackOnly)
        {
            ProcessLog.LoopbackOnly(logger);
        }

        ProcessLog.Running(logger, ProductVersion.Text);
    }

    private static bool KnowsUsers(ListenerOptions listener) =>
        listener.Authenticator is not null
        || listener.EnhancedAuthenticators.Count > 0
        || listener.CertificateUserName != Broker.Access.CertificateUserName.None;
}
