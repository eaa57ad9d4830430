// The life of the broker as a process: start, say what is served, wait for a signal, drain, exit code.
// Must not know a packet. Called by ServeCommand only.
using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Logging;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;
using FastMqtt.WebSockets;
using Microsoft.Extensions.Logging;

namespace FastMqtt;

internal static class BrokerProcess
{
    // The promise to service managers: SIGTERM to exit within this.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    public static int Run(
        BrokerOptions options,
        bool verbose,
        TextWriter error,
        IReadOnlyList<WebSocketListenerOptions>? webSockets = null)
    {
        using var signal = new ShutdownSignal();
        using var loggers = new TextLoggerFactory(error, verbose ? LogLevel.Debug : LogLevel.Information);
        ILogger logger = loggers.CreateLogger("fastmqtt");
        ProcessLimits.RaiseOpenFiles();

        MqttBroker broker;
        WebSocketServer? server = null;
        try
        {
            broker = MqttBroker.Start(options, loggers);
            if (webSockets is { Count: > 0 })
            {
                server = StartWebSockets(broker, webSockets, loggers);
            }
        }
        catch (Exception exception) when (exception is SocketException or TlsException or CertificateException)
        {
            loggers.Dispose();
            error.WriteLine($"fastmqtt: {exception.Message}");
            return ExitCodes.Usage;
        }

        Announce(logger, broker);
        int exitCode = WaitForEnd(signal.Received, broker.Failed, logger);
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
