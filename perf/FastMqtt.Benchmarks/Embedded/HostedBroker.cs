// A broker on a port of the loopback, as a program that embeds it has it, for a load generator in another process.

using System.Globalization;
using System.Net;
using FastMqtt.Broker;

namespace FastMqtt.Benchmarks.Embedded;

internal static class HostedBroker
{
    /// <summary>Says which process it is and where it listens, and serves until the input ends.</summary>
    public static async Task RunAsync(PollerKind poller, TextReader input, TextWriter output)
    {
        var options = new BrokerOptions { Poller = poller };
        options.Listeners.Add(new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
        });
        await using MqttBroker broker = await MqttBroker.StartAsync(options);
        int port = ((IPEndPoint)broker.EndPoints[0]).Port;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"--port {port} --pid {Environment.ProcessId}"));
        _ = await input.ReadToEndAsync();
    }
}
