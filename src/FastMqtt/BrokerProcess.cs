// The life of the broker as a process: start, say what is served, wait for a signal, drain, exit code.
// Must not know a packet. Called by ServeCommand only.
using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Logging;
using FastMqtt.Hosting;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;
using FastMqtt.WebSockets;
using Microsoft.Extensions.Logging;

namespace FastMqtt;

internal static class BrokerProcess
{
    // The issue's promise to service managers: SIGTERM to exit within this.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    /// <summary>Runs the broker until a signal ends it; the exit code.</summary>
    /// <param name="options">What the broker is to do.</param>
    /// <param name="log">How the log is written.</param>
    /// <param name="process">What the process is to do besides.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="webSockets">Listeners of WebSockets; null: none.</param>
    /// <param name="reload">Reads the configuration again, for SIGHUP; null: there is none.</param>
    public static int Run(
        BrokerOptions options,
        LogSettings log,
        ProcessSettings process,
        TextWriter error,
        IReadOnlyList<WebSocketListenerOptions>? webSockets = null,
        Action<MqttBroker, LineLoggerFactory>? reload = null)
    {
        using var signal = new ShutdownSignal();
        try
        {
            using var loggers = new LineLoggerFactory(Console.Out, error, log);
            using PidFile? pidFile = process.PidFile is { } path ? new PidFile(path) : null;
            ProcessLimits.RaiseOpenFiles();
            MqttBroker broker = MqttBroker.Start(options, loggers);
            loggers.Publish = broker.TryPublishSystem;
            WebSocketServer? server =
                webSockets is { Count: > 0 } ? StartWebSockets(broker, webSockets, loggers) : null;
            return Serve(broker, server, loggers, process, signal, reload);
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException
            or TlsException or CertificateException)
        {
            error.WriteLine($"fastmqtt: {failure.Message}");
            return ExitCodes.Usage;
        }
    }

    private static int Serve(
        MqttBroker broker,
        WebSocketServer? server,
        LineLoggerFactory loggers,
        ProcessSettings process,
        ShutdownSignal signal,
        Action<MqttBroker, LineLoggerFactory>? reload)
    {
        ILogger logger = loggers.CreateLogger("fastmqtt");
        if (Privileges.GiveUp(process.User, logger) is { } reason)
        {
            broker.StopAsync(DrainLimit).GetAwaiter().GetResult();
            throw new UnauthorizedAccessException(reason);
        }

        loggers.BeginDebug = debug => broker.Trace(new TraceRequest(null, null, false), debug);
        using TraceServer? traces = TraceServer.Start(broker, process.TraceSocket, logger);
        using var notifier = new ServiceNotifier(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));
        using var signals = new ControlSignals(
            () => Reload(broker, loggers, logger, notifier, reload),
            () => ProcessLog.NothingToSave(logger),
            () => Report(broker, logger));
        Announce(logger, broker); // who reads that it runs may send signals
        notifier.Ready($"Serving on {string.Join(", ", broker.EndPoints)}");
        using Watchdog? watchdog = StartWatchdog(broker, notifier);
        int exitCode = WaitForEnd(signal.Received, broker.Failed, logger);
        notifier.Stopping();

        // Their clients are the broker's: both are ended together.
        Task stopped = server?.StopAsync(DrainLimit) ?? Task.CompletedTask;
        broker.StopAsync(DrainLimit).GetAwaiter().GetResult();
        stopped.GetAwaiter().GetResult();
        ProcessLog.Stopped(logger);
        return exitCode;
    }

    // A method of its own, and called only when it is asked for: a plain broker pays nothing for it.
    private static WebSocketServer StartWebSockets(
        MqttBroker broker, IReadOnlyList<WebSocketListenerOptions> listeners, ILoggerFactory loggers)
    {
        try
        {
#pragma warning disable CA2000 // The caller stops it, which disposes it.
            return WebSocketServer.StartAsync(broker, listeners, loggers).GetAwaiter().GetResult();
#pragma warning restore CA2000
        }
        catch
        {
            broker.StopAsync(TimeSpan.Zero).GetAwaiter().GetResult();
            throw;
        }
    }

    private static Watchdog? StartWatchdog(MqttBroker broker, ServiceNotifier notifier)
    {
        TimeSpan? limit = Watchdog.Limit(
            Environment.GetEnvironmentVariable("WATCHDOG_USEC"), Environment.GetEnvironmentVariable("WATCHDOG_PID"));
        return limit is { } asked ? new Watchdog(asked, broker.IsAlive, notifier.Alive) : null;
    }

    private static void Reload(
        MqttBroker broker,
        LineLoggerFactory loggers,
        ILogger logger,
        ServiceNotifier notifier,
        Action<MqttBroker, LineLoggerFactory>? reload)
    {
        notifier.Reloading();
        loggers.Reopen();
        ProcessLog.Reopened(logger);
        reload?.Invoke(broker, loggers);
        notifier.Ready($"Serving on {string.Join(", ", broker.EndPoints)}");
    }

    private static void Report(MqttBroker broker, ILogger logger)
    {
        BrokerFigures now = broker.Figures;
        ProcessLog.Holdings(
            logger, now.Connected, now.Sessions, now.Subscriptions, now.Retained, now.RetainedBytes);
        ProcessLog.Traffic(logger, now.Received, now.Sent, now.Dropped, GC.GetTotalMemory(false));
    }

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

    private static void Announce(ILogger logger, MqttBroker broker)
    {
        bool loopbackOnly = true;
        for (int i = 0; i < broker.EndPoints.Count; i++)
        {
            EndPoint bound = broker.EndPoints[i];
            loopbackOnly &= bound is not IPEndPoint { Address: var address } || IPAddress.IsLoopback(address);
            if (broker.ListenerAt(i).AllowAnonymous)
            {
                ProcessLog.ListeningAnonymous(logger, bound);
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
}
