// Whether a connected client is given a message: live, from its queue, retained, from a walk, alone or in a burst.

using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Hooks;

public sealed class DeliveringHookTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void A_message_is_skipped_for_one_and_given_to_the_others(int qos, bool isStored)
    {
        using TestBroker broker = Broker(isStored ? new MemoryStore() : null);
        TestClient skipped = broker.ConnectPersistent("skip").Subscribe("#", 2);
        TestClient other = broker.ConnectPersistent("other").Subscribe("#", 2);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 10; i++)
        {
            publisher.Send("secret", $"{i}", qos); // a burst, were it not for the hook
        }

        publisher.Send("open", "all", qos);
        broker.Tick();
        Assert.Equal(["all"], skipped.ReadTexts());
        Assert.Equal(11, other.ReadTexts().Length);
        Assert.Equal(10, broker.Metrics.SkippedByHook);
        Assert.Equal(0, broker.Metrics.Dropped);
    }

    [Fact]
    public void What_was_queued_is_asked_about_when_it_leaves_and_not_when_it_is_sent_again()
    {
        var asked = new List<string>();
        var hooks = new BrokerHooks
        {
            Delivering = (ref delivering) =>
            {
                asked.Add(delivering.GetTopicString());
                if (delivering.Topic.SequenceEqual("secret"u8))
                {
                    delivering.Skip();
                }
            },
        };
        using var broker = new TestBroker(configure: options => options.Hooks = hooks, store: new MemoryStore());
        broker.ConnectPersistent("s").Subscribe("#", 1).Disconnect();
        TestClient publisher = broker.Connect();
        publisher.Publish("secret", "1", 1);
        publisher.Publish("open", "2", 1);
        Assert.Empty(asked);
        TestClient subscriber = broker.ConnectPersistent("s");
        Assert.Equal(["2"], subscriber.ReadTexts());
        Assert.Equal(["secret", "open"], asked);
        subscriber.Reset();
        subscriber = broker.ConnectPersistent("s");
        Packet again = subscriber.NextPublish();
        Assert.Equal(("2", true), (again.Text, again.Duplicate));
        Assert.Equal(["secret", "open"], asked);
        subscriber.Acknowledge(again);
        subscriber.Disconnect();
        broker.ConnectPersistent("s").ExpectNothing(); // what was skipped is gone from the store too
    }

    [Fact]
    public void Retained_messages_are_asked_about()
    {
        using TestBroker broker = Broker();
        TestClient publisher = broker.Connect();
        publisher.Publish("secret", "1", retain: true);
        publisher.Publish("open", "2", retain: true);
        Assert.Equal(["2"], broker.Connect("skip").Subscribe("#").ReadTexts());
        Assert.Equal(2, broker.Connect("other").Subscribe("#").ReadTexts().Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void On_walks_and_across_dispatchers_each_receiver_is_asked_about(int qos)
    {
        using TestBroker broker = Broker(dispatchers: 2);
        broker.WalkBeyond(5);
        int sent = 0;
        List<TestClient> subscribers = [];
        for (int i = 0; i < 20; i++)
        {
            string name = (i % 2 == 0 ? "skip" : "other") + i;
            subscribers.Add(broker.Connect(name).Subscribe("#", 1));
        }

        TestClient publisher = broker.Connect();
        for (int i = 0; i < 3; i++)
        {
            sent++;
            publisher.Send("secret", "text", qos);
        }

        broker.Tick();
        Assert.All(subscribers, subscriber => Assert.Equal(
            subscriber.Identifier.StartsWith("skip", StringComparison.Ordinal) ? 0 : sent, subscriber.Read().Count));
        Assert.Equal(10 * sent, broker.Metrics.SkippedByHook);
    }

    private static TestBroker Broker(IStore? store = null, int dispatchers = 1) => new(
        dispatchers,
        options => options.Hooks = new BrokerHooks
        {
            Delivering = (ref delivering) =>
            {
                if (delivering.Topic.SequenceEqual("secret"u8)
                    && delivering.Client.ClientId.StartsWith("skip", StringComparison.Ordinal))
                {
                    delivering.Skip();
                }
            },
        },
        store: store);
}
