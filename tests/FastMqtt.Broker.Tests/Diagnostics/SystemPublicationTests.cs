// What the host publishes reaches who subscribes to it, and is not kept.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Diagnostics;

public sealed class SystemPublicationTests
{
    [Fact]
    public void A_line_of_the_log_reaches_its_subscribers_on_every_dispatcher_and_is_not_retained()
    {
        using var broker = new TestBroker(2);
        TestClient one = broker.Connect(broker.IdentifierOn(0)).Subscribe("$SYS/broker/log/#", 1);
        TestClient two = broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe("$SYS/broker/log/N");
        byte[] topic = "$SYS/broker/log/N"u8.ToArray();
        broker.Dispatchers[0].Inbox.Post(new SystemPublication(topic, "a line"u8.ToArray()));
        broker.Tick();
        foreach (TestClient client in new[] { one, two })
        {
            Packet packet = client.NextPublish();
            Assert.Equal(("$SYS/broker/log/N", "a line", false), (packet.Topic, packet.Text, packet.Retain));
        }

        broker.Connect().Subscribe("$SYS/broker/log/#").ExpectNothing();
    }
}
