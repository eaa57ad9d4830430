// MQTT in WebSocket frames: binary only, cut anywhere, and how either side ends it.
using System.Net.WebSockets;
using Xunit;

namespace FastMqtt.Tests.WebSockets;

public class FrameTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public async Task packets_may_be_cut_anywhere_and_several_may_share_a_frame(int frame)
    {
        // [MQTT-6.0.0-2]
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket client = await broker.OpenAsync();
        byte[] publish = MqttBytes.Publish("t", new byte[300]);
        await client.SendAsync(
            [.. MqttBytes.Connect("c"), .. MqttBytes.Subscribe("t"), .. publish, .. MqttBytes.Pingreq], frame);
        Assert.Equal(
            [0x20, 2, 0, 0, 0x90, 3, 0, 1, 0, .. publish, 0xD0, 0], await client.ReceiveAsync(9 + publish.Length + 2));
    }

    [Fact]
    public async Task fragments_of_one_message_are_a_stream_too()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket client = await broker.OpenAsync();
        byte[] bytes = [.. MqttBytes.Connect("c"), .. MqttBytes.Pingreq];
        for (int i = 0; i < bytes.Length; i++)
        {
            await client.SendAsync(
                bytes.AsMemory(i, 1), WebSocketMessageType.Binary, i == bytes.Length - 1, WebSocketBroker.Cancelled);
        }

        Assert.Equal([0x20, 2, 0, 0, 0xD0, 0], await client.ReceiveAsync(6));
    }

    [Fact]
    public async Task empty_frames_mean_nothing()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket client = await broker.OpenAsync();
        ReadOnlyMemory<byte> nothing = default;
        await client.SendAsync(nothing, WebSocketMessageType.Binary, true, WebSocketBroker.Cancelled);
        await client.ConnectAsync("c");
        await client.SendAsync(nothing, WebSocketMessageType.Binary, true, WebSocketBroker.Cancelled);
        await client.SendAsync(MqttBytes.Pingreq);
        Assert.Equal([0xD0, 0], await client.ReceiveAsync(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task text_frame_closes_with_1003(bool isConnected)
    {
        // [MQTT-6.0.0-1]
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket client = await broker.OpenAsync();
        if (isConnected)
        {
            await client.ConnectAsync("c");
        }

        await client.SendAsync("text"u8.ToArray(), WebSocketMessageType.Text, true, WebSocketBroker.Cancelled);
        Assert.Empty(await client.ReceiveAsync(1));
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, client.CloseStatus);
    }

    [Fact]
    public async Task million_bytes_go_through_a_reader_that_waits()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket subscriber = await broker.OpenAsync();
        using ClientWebSocket publisher = await broker.OpenAsync();
        await subscriber.ConnectAsync("s");
        await subscriber.SubscribeAsync("t");
        await publisher.ConnectAsync("p");
        byte[] payload = new byte[1_000_000];
        Random.Shared.NextBytes(payload);
        byte[] publish = MqttBytes.Publish("t", payload);
        for (int i = 0; i < 8; i++)
        {
            await publisher.SendAsync(publish, 100_000);
        }

        // Nothing is read before everything was taken from the publisher: it waits in pipes and in the dispatcher.
        await publisher.SendAsync(MqttBytes.Pingreq);
        Assert.Equal([0xD0, 0], await publisher.ReceiveAsync(2));
        for (int i = 0; i < 8; i++)
        {
            byte[] received = await subscriber.ReceiveAsync(publish.Length);
            Assert.True(publish.AsSpan().SequenceEqual(received), $"message {i}");
        }
    }

    [Fact]
    public async Task disconnect_is_answered_with_a_close()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket client = await broker.OpenAsync();
        await client.ConnectAsync("c");
        await client.SendAsync(MqttBytes.Disconnect);
        Assert.Empty(await client.ReceiveAsync(1));
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task will_is_published_when_the_connection_breaks_or_closes_without_disconnect(bool closes)
    {
        // [MQTT-3.1.2-8]
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket watcher = await broker.OpenAsync();
        await watcher.ConnectAsync("watcher");
        await watcher.SubscribeAsync("will");
        using ClientWebSocket client = await broker.OpenAsync();
        await client.ConnectAsync("c", will: "will");
        if (closes)
        {
            await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, WebSocketBroker.Cancelled)
                .WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled);
        }
        else
        {
            client.Abort();
        }

        byte[] expected = MqttBytes.Publish("will", "gone"u8.ToArray());
        Assert.Equal(expected, await watcher.ReceiveAsync(expected.Length));
    }

    [Fact]
    public async Task stop_tells_the_client_and_goes_away()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket client = await broker.OpenAsync();
        await client.SendAsync(MqttBytes.Connect("c", level: 5));
        byte[] connack = await client.ReceiveAsync(2);
        await client.ReceiveAsync(connack[1]);
        Task<string> stop = broker.StopAsync();
        byte[] rest = await client.ReceiveAsync(1_000);
        Assert.Equal(0xE0, rest[0]);
        Assert.Equal(0x8B, rest[2]); // [MQTT-4.13.1-1]
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.CloseStatus);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, WebSocketBroker.Cancelled);
        await stop.WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled);
    }

    [Fact]
    public async Task connection_that_never_sends_connect_does_not_hold_up_the_stop()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket client = await broker.OpenAsync();
        await broker.StopAsync().WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled);
        Assert.Empty(await client.ReceiveAsync(1));
    }
}
