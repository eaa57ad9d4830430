// What a client announces in CONNECT bounds what the broker sends it: Receive Maximum, Maximum Packet Size.

using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public sealed class FlowControlTests(InteropBroker broker)
{
    private const int Messages = 23;

    [Theory]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttQualityOfServiceLevel.ExactlyOnce)]
    public async Task No_more_than_Receive_Maximum_messages_wait_for_their_acknowledgement(
        MqttQualityOfServiceLevel qos)
    {
        const ushort Maximum = 5;
        string topic = InteropBroker.Unique("flow/");
        await using InteropClient subscriber = await broker.ConnectAsync(
            MqttProtocolVersion.V500, options => options.WithReceiveMaximum(Maximum), acknowledgeByHand: true);
        await using InteropClient publisher = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await subscriber.SubscribeAsync(topic, qos);
        await publisher.PublishNumbersAsync(topic, Messages, qos);

        List<string> texts = [];
        while (texts.Count < Messages)
        {
            ReceivedMessage[] window = await subscriber.ReceiveAsync(Math.Min(Maximum, Messages - texts.Count));
            await subscriber.PingAsync();
            Assert.Empty(subscriber.TakeArrived());
            foreach (ReceivedMessage message in window)
            {
                texts.Add(message.Text);
                await message.AcknowledgeAsync();
            }
        }

        Assert.Equal(Enumerable.Range(0, Messages).Select(n => $"{n}"), texts);
    }

    [Fact]
    public async Task A_message_above_the_Maximum_Packet_Size_is_left_out()
    {
        const MqttQualityOfServiceLevel QoS = MqttQualityOfServiceLevel.AtLeastOnce;
        string topic = InteropBroker.Unique("size/");
        await using InteropClient small =
            await broker.ConnectAsync(MqttProtocolVersion.V500, options => options.WithMaximumPacketSize(200));
        await using InteropClient other = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await small.SubscribeAsync(topic, QoS);
        await other.SubscribeAsync(topic, QoS);
        await other.PublishAsync(topic, new string('x', 300), QoS);
        await other.PublishAsync(topic, "fits", QoS);
        Assert.Equal("fits", (await small.ReceiveAsync()).Text);
        Assert.Equal(300, (await other.ReceiveAsync()).Text.Length);
    }
}
