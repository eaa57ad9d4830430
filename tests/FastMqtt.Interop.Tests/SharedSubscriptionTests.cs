// $share: each message goes to one member of the group, and a member that leaves loses nothing.

using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public sealed class SharedSubscriptionTests(InteropBroker broker)
{
    private const int Messages = 100;
    private const MqttQualityOfServiceLevel QoS = MqttQualityOfServiceLevel.AtLeastOnce;

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Two_members_get_each_message_once_between_them(MqttProtocolVersion version)
    {
        string topic = InteropBroker.Unique("sh/");
        await using InteropClient first = await broker.ConnectAsync(version);
        await using InteropClient second = await broker.ConnectAsync(version);
        await using InteropClient publisher = await broker.ConnectAsync(version);
        await first.SubscribeAsync("$share/group/" + topic, QoS);
        await second.SubscribeAsync("$share/group/" + topic, QoS);
        await publisher.PublishNumbersAsync(topic, Messages, QoS);

        List<ReceivedMessage> ofFirst = [];
        List<ReceivedMessage> ofSecond = [];
        while (ofFirst.Count + ofSecond.Count < Messages)
        {
            await InteropClient.ArrivedAtAnyAsync(first, second);
            ofFirst.AddRange(first.TakeArrived());
            ofSecond.AddRange(second.TakeArrived());
        }

        IEnumerable<int> numbers = ofFirst.Concat(ofSecond).Select(m => int.Parse(m.Text, null)).Order();
        Assert.Equal(Enumerable.Range(0, Messages), numbers);
        Assert.NotEmpty(ofFirst);
        Assert.NotEmpty(ofSecond);
        await first.PingAsync();
        await second.PingAsync();
        Assert.Empty(first.TakeArrived());
        Assert.Empty(second.TakeArrived());
    }

    [Fact]
    public async Task A_plain_subscriber_gets_every_message_beside_the_group()
    {
        string topic = InteropBroker.Unique("sh/");
        await using InteropClient member = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await using InteropClient plain = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await member.SubscribeAsync("$share/group/" + topic, QoS);
        await plain.SubscribeAsync(topic, QoS);
        await plain.PublishNumbersAsync(topic, Messages, QoS);
        Assert.Equal(Messages, (await member.ReceiveAsync(Messages)).Length);
        Assert.Equal(Messages, (await plain.ReceiveAsync(Messages)).Length);
    }

    [Fact]
    public async Task What_a_member_did_not_acknowledge_goes_to_another_when_it_leaves()
    {
        string topic = InteropBroker.Unique("sh/");
        await using InteropClient leaving =
            await broker.ConnectAsync(MqttProtocolVersion.V500, acknowledgeByHand: true);
        await using InteropClient staying = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await using InteropClient publisher = await broker.ConnectAsync(MqttProtocolVersion.V500);
        await leaving.SubscribeAsync("$share/group/" + topic, QoS);
        await publisher.PublishNumbersAsync(topic, 5, QoS);
        await leaving.ReceiveAsync(5);
        await staying.SubscribeAsync("$share/group/" + topic, QoS);
        leaving.Drop();
        ReceivedMessage[] received = await staying.ReceiveAsync(5);
        Assert.Equal(["0", "1", "2", "3", "4"], received.Select(m => m.Text).Order());
    }
}
