// The life of the broker as a process: start, say what is served, wait for a signal, drain, exit code.
// Must not know a packet. Called by ServeCommand only.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Persistence;
using FastMqtt.Configuration;
using FastMqtt.Hosting;
using FastMqtt.Logging;
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
    /// <param name="settings">What the broker and the process are to do.</param>
    /// <param name="notices">What reading the configuration has to say.</param>
    /// <param name="loggers">The log; belongs to the caller.</param>
    /// <param name="reload">Reads the configuration again, for SIGHUP.</param>
    /// <param name="error">Standard error, for what keeps it from starting.</param>
    public static int Run(
        MappedSettings settings,
        IReadOnlyList<Notice> notices,
        LineLoggerFactory loggers,
        ConfigurationReload reload,
        TextWriter error)
    {
        using var signal = new ShutdownSignal();
        try
        {
            using PidFile? pidFile = settings.Process.PidFile is { } path ? new PidFile(path) : null;
            ProcessLimits.RaiseOpenFiles();
            MqttBroker broker = MqttBroker.Start(settings.Broker, loggers);
            loggers.Publish = broker.TryPublishSystem;
            WebSocketServer? server = settings.WebSockets.Count > 0 ? StartWebSockets(broker, settings, loggers) : null;
            ILogger logger = loggers.CreateLogger("fastmqtt");
            ConfigurationLog.Write(logger, notices);
            return Serve(broker, server, loggers, settings, signal, reload);
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException
            or TlsException or CertificateException or StoreException or ArgumentOutOfRangeException)
        {
            error.WriteLine($"fastmqtt: {failure.Message.ReplaceLineEndings(" ")}");
            return ExitCodes.Usage;
        }
    }

    private static int Serve(
        MqttBroker broker,
        WebSocketServer? server,
        LineLoggerFactory loggers,
        MappedSettings settings,
        ShutdownSignal signal,
        ConfigurationReload reload)
    {
        ILogger logger = loggers.CreateLogger("fastmqtt");
        ProcessSettings process = settings.Process;
        PersistenceOptions? saving = settings.Broker.Persistence;
        if (saving is not null)
        {
            StoreOwner.Give(saving.Path, process.User);
        }

        if (Privileges.GiveUp(process.User, logger) is { } reason)
        {
            Stop(broker, server);
            throw new UnauthorizedAccessException(reason);
        }

        loggers.BeginDebug = debug => broker.Trace(new TraceRequest(null, null, false), debug);
        using TraceServer? traces = TraceServer.Start(broker, process.TraceSocket, logger);
        using var notifier = new ServiceNotifier(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));
        using var signals = new ControlSignals(
            () => Reload(broker, server, loggers, logger, notifier, reload),
            () => Save(saving, broker.SaveAsync, logger),
            () => Report(broker, logger));
        if (saving is not null)
        {
            ProcessLog.Saving(logger, saving.Path, WordOf(saving));
        }

        Announce(logger, broker); // who reads that it runs may send signals
        notifier.Ready($"Serving on {string.Join(", ", broker.EndPoints)}");
        using Watchdog? watchdog = StartWatchdog(broker, notifier);
        StartPages.Release();
        int exitCode = WaitForEnd(signal.Received, broker.Failed, logger);
        notifier.Stopping();
        try
        {
            Stop(broker, server);
        }
        catch (StoreException failure)
        {
            ProcessLog.SaveFailed(logger, failure.Message);
            exitCode = ExitCodes.Failure;
        }

        ProcessLog.Stopped(logger);
        return exitCode;
    }

    // As the configuration says it.
    private static string WordOf(PersistenceOptions saving) => saving.Durability switch
    {
        Durability.Commit => "commit",
        Durability.Interval => $"interval {saving.Interval.TotalSeconds}",
        _ => "off",
    };

    // The WebSocket server's clients are the broker's: both are ended together.
    private static void Stop(MqttBroker broker, WebSocketServer? server)
    {
        Task stopped = server?.StopAsync(DrainLimit) ?? Task.CompletedTask;
        broker.StopAsync(DrainLimit).GetAwaiter().GetResult();
        stopped.GetAwaiter().GetResult();
    }

    // A method of its own, and called only when it is asked for: a plain broker pays nothing for it.
    private static WebSocketServer StartWebSockets(MqttBroker broker, MappedSettings settings, ILoggerFactory loggers)
    {
        try
        {
#pragma warning disable CA2000 // The caller stops it, which disposes it.
            return WebSocketServer.StartAsync(broker, settings.WebSockets, loggers).GetAwaiter().GetResult();
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
        WebSocketServer? server,
        LineLoggerFactory loggers,
        ILogger logger,
        ServiceNotifier notifier,
        ConfigurationReload reload)
    {
        notifier.Reloading();
        loggers.Reopen();
        ProcessLog.Reopened(logger);
        reload.Run(broker, logger, loggers.Apply, server is null ? null : server.Reload);
        notifier.Ready($"Serving on {string.Join(", ", broker.EndPoints)}");
    }

    /// <summary>Makes everything durable now, as SIGUSR1 asks for, and says what came of it.</summary>
    internal static void Save(PersistenceOptions? saving, Func<Task> save, ILogger logger)
    {
        if (saving is null)
        {
            ProcessLog.NothingToSave(logger);
            return;
        }

        try
        {
            long begin = Stopwatch.GetTimestamp();
            save().GetAwaiter().GetResult();
            ProcessLog.Saved(logger, saving.Path, (long)Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        catch (StoreException failure)
        {
            ProcessLog.SaveFailed(logger, failure.Message);
        }
    }

    private static void Report(MqttBroker broker, ILogger logger)
    {
        BrokerStatistics now = broker.Statistics;
        ProcessLog.Holdings(
            logger, now.Connections, now.Sessions, now.Subscriptions, now.RetainedMessages, now.RetainedBytes);
        ProcessLog.Traffic(logger, now.MessagesReceived, now.MessagesSent, now.Dropped, GC.GetTotalMemory(false));
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
        foreach (BrokerListener listener in broker.Listeners)
        {
            ListenerOptions options = listener.Options;
            foreach (EndPoint bound in listener.EndPoints)
            {
                loopbackOnly &= bound is not IPEndPoint { Address: var address } || IPAddress.IsLoopback(address);
                Announce(logger, bound, options);
            }
        }

        if (loopbackOnly)
        {
            ProcessLog.LoopbackOnly(logger);
        }

        ProcessLog.Running(logger, ProductVersion.Text);
    }

    private static void Announce(ILogger logger, EndPoint bound, ListenerOptions listener)
    {
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

    private static bool KnowsUsers(ListenerOptions listener) =>
        listener.Authenticator is not null
        || listener.EnhancedAuthenticators.Count > 0
        || listener.CertificateUserName != CertificateUserName.None;
}
