// A hundred thousand messages of a hundred clients, as bytes without a receiver and through MQTTnet to one.

using System.Text;

namespace FastMqtt.Embedding.Tests.Scenarios;

[Collection(nameof(RunsAlone))]
public sealed class LoadTests
{
    private const int Clients = 100;
    private const int MessagesOfEach = 1_000;

    [Fact]
    public async Task The_broker_takes_all_of_them()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        byte[] messages = [.. Enumerable.Range(0, MessagesOfEach).SelectMany(n => Bytes.Publish($"{n}", "payload"))];
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            using RawClient client = await RawClient.ConnectAsync(broker.EndPoint, $"c{number}");
            await client.SendAsync(messages);
            await client.SendAsync(Bytes.Pingreq);
            Assert.Equal(Bytes.Pingresp, await client.ReceiveAsync(2));
        }));
        Assert.Equal(Clients * MessagesOfEach, broker.Received);
    }

    [Fact]
    public async Task One_receiver_gets_all_of_them_in_the_order_of_each_sender()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient receiver = await broker.ConnectAsync();
        await receiver.SubscribeAsync("t/+", QoS.AtMostOnce);
        Task sending = Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            await using InteropClient client = await broker.ConnectAsync();
            for (int i = 0; i < MessagesOfEach; i++)
            {
                await client.PublishAsync($"t/{number}", $"{i}", QoS.AtMostOnce);
            }

            await client.PingAsync();
        }));
        int[] next = new int[Clients];
        for (int i = 0; i < Clients * MessagesOfEach; i++)
        {
            ReceivedMessage message = await receiver.ReceiveAsync();
            int sender = int.Parse(message.Topic.AsSpan("t/".Length), null);
            Assert.Equal(next[sender]++, int.Parse(Encoding.UTF8.GetString(message.Payload), null));
        }

        await sending;
    }
}
