// The life of the broker as a process: start, say what is served, wait for a signal, drain, exit code.
// Must not know a packet. Called by ServeCommand only.
using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Logging;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace FastMqtt;

internal static class BrokerProcess
{
    // The promise to service managers: SIGTERM to exit within this.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    public static int Run(BrokerOptions options, bool verbose, TextWriter error)
    {
        using var signal = new ShutdownSignal();
        using var loggers = new TextLoggerFactory(error, verbose ? LogLevel.Debug : LogLevel.Information);
        ILogger logger = loggers.CreateLogger("fastmqtt");
        ProcessLimits.RaiseOpenFiles();

        MqttBroker broker;
        try
        {
            broker = MqttBroker.Start(options, loggers);
        }
        catch (Exception exception) when (exception is SocketException or TlsException)
        {
            loggers.Dispose();
            error.WriteLine($"fastmqtt: {exception.Message}");
            return ExitCodes.Usage;
        }

        Announce(logger, broker);
        int exitCode = WaitForEnd(signal.Received, broker.Failed, logger);
        broker.StopAsync(DrainLimit).GetAwaiter().GetResult();
        ProcessLog.Stopped(logger);
        return exitCode;
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
