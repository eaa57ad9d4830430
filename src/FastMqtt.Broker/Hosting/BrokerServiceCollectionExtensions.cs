// How a host gets a broker: AddMqttBroker, in the namespace where such methods are looked for.

using FastMqtt.Broker;
using FastMqtt.Broker.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a broker to a host.</summary>
public static class BrokerServiceCollectionExtensions
{
    /// <summary>
    /// Adds an MQTT broker that starts before the host's services and stops with them: clients are told, within the
    /// host's time limit, after the services that were added later have stopped. What cannot start, such as a port
    /// that is taken, fails the host's start; a fault of the broker while it runs stops the host.
    /// </summary>
    /// <remarks>
    /// <see cref="MqttBroker"/> can be resolved once it runs. Options are those of IOptions. The container's
    /// ILoggerFactory and TimeProvider are used, its BrokerHooks if the options have none, and its IAuthenticator,
    /// IEnhancedAuthenticators and IAccessRules for listeners that have none of their own.
    /// </remarks>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options; several calls add up.</param>
    public static IServiceCollection AddMqttBroker(
        this IServiceCollection services, Action<BrokerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<BrokerOptions>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton<HostedBroker>();
        services.TryAddSingleton(static provider => provider.GetRequiredService<HostedBroker>().Broker);
        return services.AddHostedService(static provider => provider.GetRequiredService<HostedBroker>());
    }

    /// <inheritdoc cref="AddMqttBroker(IServiceCollection, Action{BrokerOptions}?)"/>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">
    /// The section with the options, as <see cref="BrokerOptions.Bind"/> reads them; read when the broker starts.
    /// </param>
    /// <param name="configure">Sets options after that.</param>
    public static IServiceCollection AddMqttBroker(
        this IServiceCollection services, IConfiguration configuration, Action<BrokerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddMqttBroker(options =>
        {
            options.Bind(configuration);
            configure?.Invoke(options);
        });
    }
}
