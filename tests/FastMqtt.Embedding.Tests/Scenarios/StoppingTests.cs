// The end of a broker as its clients see it, and the next broker at the same address.

using MQTTnet;
using MQTTnet.Exceptions;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class StoppingTests
{
    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task Every_client_is_disconnected(MqttProtocolVersion version)
    {
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync(version);
        await broker.DisposeAsync();
        MqttClientDisconnectedEventArgs end = await client.DisconnectedByBrokerAsync();
        if (version == MqttProtocolVersion.V500)
        {
            Assert.Equal(MqttClientDisconnectReason.ServerShuttingDown, end.Reason);
        }

        Assert.Empty(broker.Complaints);
    }

    [Fact]
    public async Task Nobody_can_connect_until_a_broker_runs_there_again()
    {
        EmbeddedBroker first = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await first.ConnectAsync();
        await first.DisposeAsync();
        await Assert.ThrowsAnyAsync<MqttCommunicationException>(() => first.ConnectAsync());
        await using EmbeddedBroker second =
            await EmbeddedBroker.StartAsync(listener: EmbeddedBroker.Anonymous(first.EndPoint.Port));
        await using InteropClient again = await second.ConnectAsync();
        await again.PingAsync();
    }
}
