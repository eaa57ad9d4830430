// One MQTTnet client with its messages in a queue, so that a test reads top to bottom: subscribe, publish, receive.
// Every wait ends after Patience. Checks what the broker answers to each call; knows nothing of what a test is about.

using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public sealed class InteropClient : IAsyncDisposable
{
    /// <summary>The longest wait for one answer; a healthy broker needs milliseconds.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Publishes that wait for their acknowledgement at one time: below any Receive Maximum.</summary>
    private const int PublishWindow = 16;

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Channel<ReceivedMessage> _messages = Channel.CreateUnbounded<ReceivedMessage>();
    private readonly TaskCompletionSource<MqttClientDisconnectedEventArgs> _disconnected =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InteropClient(bool acknowledgeByHand)
    {
        _client.DisconnectedAsync += arguments =>
        {
            _disconnected.TrySetResult(arguments);
            return Task.CompletedTask;
        };
        _client.ApplicationMessageReceivedAsync += arguments =>
        {
            arguments.AutoAcknowledge = !acknowledgeByHand;
            _messages.Writer.TryWrite(new ReceivedMessage(arguments));
            return Task.CompletedTask;
        };
    }

    public MqttClientConnectResult Connack { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public bool IsConnected => _client.IsConnected;

    public async Task ConnectAsync(MqttClientOptions options)
    {
        Connack = await TryConnectAsync(options);
        Assert.Equal(MqttClientConnectResultCode.Success, Connack.ResultCode);
    }

    /// <summary>Like <see cref="ConnectAsync"/>, whatever the answer is.</summary>
    public Task<MqttClientConnectResult> TryConnectAsync(MqttClientOptions options) =>
        _client.ConnectAsync(options, Cancelled).WaitAsync(Patience, Cancelled);

    public Task SubscribeAsync(string filter, MqttQualityOfServiceLevel qos) =>
        SubscribeAsync(options => options.WithTopicFilter(filter, qos), qos);

    public async Task SubscribeAsync(Action<MqttClientSubscribeOptionsBuilder> configure, MqttQualityOfServiceLevel qos)
    {
        MqttClientSubscribeResult suback = await TrySubscribeAsync(configure);
        Assert.All(suback.Items, item => Assert.Equal((int)qos, (int)item.ResultCode));
    }

    /// <summary>Whatever the answer is.</summary>
    public Task<MqttClientSubscribeResult> TrySubscribeAsync(Action<MqttClientSubscribeOptionsBuilder> configure)
    {
        MqttClientSubscribeOptionsBuilder builder = new();
        configure(builder);
        return _client.SubscribeAsync(builder.Build(), Cancelled).WaitAsync(Patience, Cancelled);
    }

    public async Task UnsubscribeAsync(string filter) =>
        await _client.UnsubscribeAsync(filter, Cancelled).WaitAsync(Patience, Cancelled);

    public Task PublishAsync(string topic, string payload, MqttQualityOfServiceLevel qos, bool retain = false) =>
        PublishAsync(message => message.WithTopic(topic).WithPayload(payload)
            .WithQualityOfServiceLevel(qos).WithRetainFlag(retain));

    public async Task PublishAsync(Action<MqttApplicationMessageBuilder> configure)
    {
        MqttClientPublishResult result = await TryPublishAsync(configure);
        Assert.True(result.IsSuccess, $"reason code {result.ReasonCode}");
    }

    /// <summary>Whatever the answer is.</summary>
    public Task<MqttClientPublishResult> TryPublishAsync(Action<MqttApplicationMessageBuilder> configure)
    {
        MqttApplicationMessageBuilder builder = new();
        configure(builder);
        return _client.PublishAsync(builder.Build(), Cancelled).WaitAsync(Patience, Cancelled);
    }

    /// <summary>
    /// Publishes "0", "1", … in order, a window at a time; at QoS 2 one by one, because MQTTnet sends the PUBREL
    /// of concurrent publishes in any order and a broker may order messages by it.
    /// </summary>
    public async Task PublishNumbersAsync(string topic, int count, MqttQualityOfServiceLevel qos)
    {
        int window = qos == MqttQualityOfServiceLevel.ExactlyOnce ? 1 : PublishWindow;
        for (int first = 0; first < count; first += window)
        {
            IEnumerable<int> numbers = Enumerable.Range(first, Math.Min(window, count - first));
            await Task.WhenAll(numbers.Select(number => PublishAsync(topic, $"{number}", qos)).ToArray());
        }
    }

    public async Task<ReceivedMessage> ReceiveAsync() =>
        await _messages.Reader.ReadAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);

    public async Task<ReceivedMessage[]> ReceiveAsync(int count)
    {
        ReceivedMessage[] received = new ReceivedMessage[count];
        for (int i = 0; i < count; i++)
        {
            received[i] = await ReceiveAsync();
        }

        return received;
    }

    /// <summary>Returns when one of the clients has a message to take.</summary>
    public static Task ArrivedAtAnyAsync(params InteropClient[] clients) =>
        Task.WhenAny(clients.Select(client => client._messages.Reader.WaitToReadAsync(Cancelled).AsTask()))
            .WaitAsync(Patience, Cancelled);

    /// <summary>What has arrived until now, without waiting.</summary>
    public ReceivedMessage[] TakeArrived()
    {
        List<ReceivedMessage> arrived = [];
        while (_messages.Reader.TryRead(out ReceivedMessage? message))
        {
            arrived.Add(message);
        }

        return [.. arrived];
    }

    /// <summary>Returns when the broker has handled all that was sent before: it answers in order.</summary>
    public Task PingAsync() => _client.PingAsync(Cancelled).WaitAsync(Patience, Cancelled);

    public Task<MqttClientDisconnectedEventArgs> DisconnectedByBrokerAsync() =>
        _disconnected.Task.WaitAsync(Patience, Cancelled);

    public Task DisconnectAsync(Action<MqttClientDisconnectOptionsBuilder>? configure = null)
    {
        MqttClientDisconnectOptionsBuilder builder = new();
        configure?.Invoke(builder);
        return _client.DisconnectAsync(builder.Build(), Cancelled).WaitAsync(Patience, Cancelled);
    }

    /// <summary>Closes the socket without DISCONNECT, as a crash would.</summary>
    public void Drop() => _client.Dispose();

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
