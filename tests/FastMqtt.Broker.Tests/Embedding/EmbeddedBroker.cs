// A broker as an embedder starts it: with one listener that streams are attached to, and any others on ports that the
// system chooses.

using System.Net;
using Xunit;

namespace FastMqtt.Broker.Tests.Embedding;

internal sealed class EmbeddedBroker(MqttBroker broker) : IAsyncDisposable
{
    public MqttBroker Broker => broker;

    public BrokerListener Attached => broker.Listeners[0];

    public static ListenerOptions Loopback(int port = 0) =>
        new() { EndPoint = new IPEndPoint(IPAddress.Loopback, port), AllowAnonymous = true };

    public static async Task<EmbeddedBroker> StartAsync(params ListenerOptions[] listeners)
    {
        var options = new BrokerOptions { Dispatchers = 2 };
        foreach (ListenerOptions listener in listeners)
        {
            options.Listeners.Add(listener);
        }

        if (listeners.Length == 0)
        {
            options.Listeners.Add(new ListenerOptions { IsAttached = true, AllowAnonymous = true });
        }

        return new EmbeddedBroker(await MqttBroker.StartAsync(options, TestContext.Current.CancellationToken));
    }

    public ValueTask DisposeAsync() => broker.DisposeAsync();
}
