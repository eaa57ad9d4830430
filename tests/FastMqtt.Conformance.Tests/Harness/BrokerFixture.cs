// The broker every test of this assembly talks to: the one named by FASTMQTT_TEST_ENDPOINT (host:port), or one started
// in this process on a port the system chooses. Owns its start and stop. Tests see only its end point, never its
// objects.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Conformance.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(BrokerFixture))]
[assembly: Parallelization(MaxThreads = 12)]

namespace FastMqtt.Conformance.Tests.Harness;

public sealed class BrokerFixture : IAsyncLifetime
{
    private static IPEndPoint? _endPoint;

    private MqttBroker? _broker;

    public static IPEndPoint EndPoint => _endPoint ?? throw new InvalidOperationException("The broker is not started.");

    public async ValueTask InitializeAsync()
    {
        string? named = Environment.GetEnvironmentVariable("FASTMQTT_TEST_ENDPOINT");
        if (!string.IsNullOrEmpty(named))
        {
            int colon = named.LastIndexOf(':');
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(named[..colon], AddressFamily.InterNetwork);
            int port = int.Parse(named[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture);
            _endPoint = new IPEndPoint(addresses[0], port);
            return;
        }

        var options = new BrokerOptions { Poller = TestPoller.Kind };
        options.Listeners.Add(new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
        });
        _broker = MqttBroker.StartAsync(options, NullLoggerFactory.Instance).GetAwaiter().GetResult();
        _endPoint = (IPEndPoint)_broker.EndPoints[0];
    }

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }
    }
}
