// A broker of this process on a free loopback port, stopped at the end of the test class that owns it.
using System.Net;
using FastMqtt.Broker;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastMqtt.Bench.Tests;

public sealed class BrokerInProcess : IAsyncDisposable
{
    private readonly MqttBroker _broker;

    public BrokerInProcess()
    {
        var options = new BrokerOptions { Dispatchers = 1, SystemTopicsInterval = TimeSpan.Zero };
        options.Listeners.Add(new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
        });
        _broker = MqttBroker.StartAsync(options, NullLoggerFactory.Instance).GetAwaiter().GetResult();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_broker.EndPoints[0];

    public long Retained => _broker.Statistics.RetainedMessages;

    public ValueTask DisposeAsync() => _broker.DisposeAsync();
}
