// The broker under test, one for the whole run: ours, in this process, on a port the system chooses;
// or the one at FASTMQTT_TEST_ENDPOINT (host:port), which is how the published binary and rivals are checked.
// Makes the clients too, so that no test knows which of the two it talks to.

using System.Globalization;
using System.Net;
using FastMqtt.Broker;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Interop.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;

[assembly: AssemblyFixture(typeof(InteropBroker))]

namespace FastMqtt.Interop.Tests;

public sealed class InteropBroker : IAsyncLifetime
{
    private MqttBroker? _broker;
    private string _host = "127.0.0.1";
    private int _port;

    public ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("FASTMQTT_TEST_ENDPOINT") is { Length: > 0 } external)
        {
            int colon = external.LastIndexOf(':');
            _host = external[..colon];
            _port = int.Parse(external.AsSpan(colon + 1), CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        }

        BrokerOptions options = new() { Poller = TestPoller.Kind };
        options.Listeners.Add(new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
        });
        _broker = MqttBroker.StartAsync(options, NullLoggerFactory.Instance).GetAwaiter().GetResult();
        _port = ((IPEndPoint)_broker.EndPoints[0]).Port;
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }

    /// <summary>A name no other test and no earlier run uses; short enough for MQTT 3.1's 23 characters.</summary>
    public static string Unique(string prefix) => prefix + Guid.NewGuid().ToString("N")[..16];

    /// <summary>A connected client. Without further options: a clean session under a new client identifier.</summary>
    public async Task<InteropClient> ConnectAsync(
        MqttProtocolVersion version,
        Action<MqttClientOptionsBuilder>? configure = null,
        bool acknowledgeByHand = false)
    {
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithTcpServer(_host, _port)
            .WithProtocolVersion(version)
            .WithClientId(Unique("net"))
            .WithCleanSession()
            .WithTimeout(InteropClient.Patience);
        configure?.Invoke(builder);
        InteropClient client = new(acknowledgeByHand);
        await client.ConnectAsync(builder.Build());
        return client;
    }
}
