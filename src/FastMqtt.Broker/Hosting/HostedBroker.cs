// A broker in the life of a host. It starts before any hosted service does, and stops in the order of registration,
// last come first: services that were added after it can still publish when they stop. A start that fails is the host's
// failure; a dispatcher that fails later stops the host, as a broker that answers some of its clients helps nobody.

using FastMqtt.Broker.Hooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastMqtt.Broker.Hosting;

#pragma warning disable CA1812 // The container makes it.
internal sealed class HostedBroker(
    IServiceProvider services,
    IOptions<BrokerOptions> options,
    ILoggerFactory loggers,
    IHostApplicationLifetime lifetime,
    TimeProvider? time = null) : IHostedLifecycleService, IAsyncDisposable
#pragma warning restore CA1812
{
    // The host's own limit is thirty seconds unless it says otherwise; clients that read need milliseconds.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private MqttBroker? _broker;

    /// <exception cref="InvalidOperationException">It does not run yet.</exception>
    public MqttBroker Broker => _broker ?? throw new InvalidOperationException(
        "The MQTT broker has not started yet: it starts with the host. Resolve MqttBroker after that, for example in a "
        + "request or in a hosted service's StartAsync, not in a constructor.");

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        BrokerOptions own = options.Value.Copy();
        if (own.Listeners.Count == 0)
        {
            own.Listeners.Add(BrokerOptions.DefaultListener());
        }

        own.Hooks ??= services.GetService<BrokerHooks>();
        foreach (ListenerOptions listener in own.Listeners)
        {
            listener.TakeFrom(services);
        }

        _broker = await MqttBroker.StartAsync(own, loggers, time, cancellationToken).ConfigureAwait(false);
        _ = WatchAsync(_broker);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) =>
        _broker?.DrainAsync(DrainLimit, cancellationToken) ?? Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>When another service has failed to start, nobody is asked to stop.</summary>
    public ValueTask DisposeAsync() => _broker?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task WatchAsync(MqttBroker broker)
    {
#pragma warning disable CA1031 // Whatever it is, the host stops; the broker has logged it.
        try
        {
            await broker.Failed.ConfigureAwait(false);
        }
        catch (Exception)
        {
            loggers.CreateLogger("FastMqtt").HostStops();
            lifetime.StopApplication();
        }
#pragma warning restore CA1031
    }
}
