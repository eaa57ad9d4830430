// Keep Alive: who is silent for one and a half of it is disconnected, who says something is not.

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class KeepAliveTests
{
    // [MQTT-3.1.2-22]
    [Fact]
    public async Task A_client_that_pings_stays_and_one_that_is_silent_is_told_why_it_goes()
    {
        const int Pings = 3;
        const byte Disconnect = 0xE0;
        const byte KeepAliveTimeout = 0x8D;
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        using RawClient client = await RawClient.OpenAsync(broker.EndPoint);
        await client.SendAsync(Bytes.ConnectOf5("quiet", keepAliveSeconds: 1));
        byte[] header = await client.ReceiveAsync(2);
        await client.ReceiveAsync(header[1]);
        for (int i = 0; i < Pings; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
            await client.SendAsync(Bytes.Pingreq);
            Assert.Equal(Bytes.Pingresp, await client.ReceiveAsync(2));
        }

        byte[] end = await client.ReceiveToEndAsync();
        Assert.Equal((Disconnect, KeepAliveTimeout), (end[0], end[2]));
    }
}
