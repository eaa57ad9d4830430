// A broker inside the test's process, on a port the system chooses, and the MQTTnet clients that connect to it. The one
// place that knows how a broker is started and stopped: tests see options and clients.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Broker.Tests.Harness;
using Microsoft.Extensions.Logging;
using MQTTnet;

namespace FastMqtt.Embedding.Tests.Harness;

public sealed class EmbeddedBroker : IAsyncDisposable
{
    private const int SocketBufferBytes = 1 << 20;

    private readonly Complaints _complaints;
    private readonly BrokerListener _attached;

    private EmbeddedBroker(MqttBroker broker, BrokerListener attached, Complaints complaints)
    {
        Broker = broker;
        _attached = attached;
        _complaints = complaints;
    }

    public MqttBroker Broker { get; }

    public IPEndPoint EndPoint => (IPEndPoint)Broker.EndPoints[0];

    /// <summary>Clients that are connected.</summary>
    public long Connected => Broker.Statistics.Connections;

    /// <summary>Sessions, with and without a connection.</summary>
    public long Sessions => Broker.Statistics.Sessions;

    /// <summary>Subscriptions of all sessions.</summary>
    public long Subscriptions => Broker.Statistics.Subscriptions;

    /// <summary>Retained messages.</summary>
    public long Retained => Broker.Statistics.RetainedMessages;

    /// <summary>Application messages that clients have sent.</summary>
    public long Received => Broker.Statistics.MessagesReceived;

    /// <summary>Application messages that a receiver did not get, for any reason.</summary>
    public long Dropped => Broker.Statistics.Dropped;

    /// <summary>Warnings and errors that the broker has logged until now.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints.Lines;

    /// <summary>A listener on loopback for everybody; port 0: the system chooses.</summary>
    public static ListenerOptions Anonymous(int port = 0) =>
        new() { EndPoint = new IPEndPoint(IPAddress.Loopback, port), AllowAnonymous = true };

    /// <param name="configure">What differs from the defaults.</param>
    /// <param name="listener">The one listener; null: everybody may come in.</param>
    public static async Task<EmbeddedBroker> StartAsync(
        Action<BrokerOptions>? configure = null, ListenerOptions? listener = null)
    {
        // Without $SYS every message that is counted is a test's.
        BrokerOptions options = new() { SystemTopicsInterval = TimeSpan.Zero };
        options.Listeners.Add(listener ?? Anonymous());
        configure?.Invoke(options);
        Complaints complaints = new();
        MqttBroker broker = await StartBareAsync(options, complaints);
        BrokerListener attached = await broker.AddListenerAsync(
            new ListenerOptions { AllowAnonymous = true, IsAttached = true });
        return new EmbeddedBroker(broker, attached, complaints);
    }

    /// <summary>A broker without anything around it, for who counts what it leaves.</summary>
    public static Task<MqttBroker> StartBareAsync(BrokerOptions options, ILoggerFactory? loggers = null)
    {
        options.Poller = TestPoller.Kind;
        return MqttBroker.StartAsync(options, loggers, cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>A connection of a client whose bytes the test carries.</summary>
    public AttachedConnection Attach() => Broker.Attach(_attached, default);

    /// <summary>Options of a client with a clean session under a Client Identifier of its own.</summary>
    public MqttClientOptions ClientOptions(
        MqttProtocolVersion version, Action<MqttClientOptionsBuilder>? configure = null)
    {
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", EndPoint.Port)
            .WithProtocolVersion(version)
            .WithClientId("c" + Guid.NewGuid().ToString("N")[..16])
            .WithCleanSession()
            .WithTimeout(InteropClient.Patience);
        configure?.Invoke(builder);
        MqttClientOptions options = builder.Build();

        // By default MQTTnet closes with a reset, which throws away what the system has not sent yet, and its send
        // buffer is smaller than a segment of the loopback device, which then waits for delayed acknowledgements.
        MqttClientTcpOptions tcp = (MqttClientTcpOptions)options.ChannelOptions;
        tcp.LingerState = new LingerOption(enable: false, seconds: 0);
        tcp.BufferSize = SocketBufferBytes;
        return options;
    }

    /// <summary>A connected client.</summary>
    public async Task<InteropClient> ConnectAsync(
        MqttProtocolVersion version = MqttProtocolVersion.V500,
        Action<MqttClientOptionsBuilder>? configure = null,
        bool acknowledgeByHand = false)
    {
        InteropClient client = new(acknowledgeByHand);
        await client.ConnectAsync(ClientOptions(version, configure));
        return client;
    }

    /// <summary>What a client is answered that may not come in, or may.</summary>
    public async Task<MqttClientConnectResult> TryConnectAsync(
        MqttProtocolVersion version = MqttProtocolVersion.V500, Action<MqttClientOptionsBuilder>? configure = null)
    {
        await using InteropClient client = new(acknowledgeByHand: false);
        return await client.TryConnectAsync(ClientOptions(version, configure));
    }

    /// <summary>
    /// What a receiver has got when a marker arrives that the publisher has sent behind everything else: how a test
    /// knows that something did not come, without waiting for it.
    /// </summary>
    public static async Task<ReceivedMessage[]> ReceivedBeforeMarkerAsync(
        InteropClient publisher, InteropClient receiver)
    {
        const string Marker = "marker";
        await receiver.SubscribeAsync(Marker, QoS.AtLeastOnce);
        await publisher.PublishAsync(Marker, "", QoS.AtLeastOnce);
        List<ReceivedMessage> received = [];
        while (await receiver.ReceiveAsync() is { Topic: not Marker } message)
        {
            received.Add(message);
        }

        return [.. received];
    }

    public ValueTask DisposeAsync() => Broker.DisposeAsync();
}
