// What a client may subscribe to and what it is given: the second is looked at for each message, whatever way it takes.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Access;

public sealed class ReceiveAccessTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt31, 1)]
    [InlineData(ProtocolVersion.Mqtt311, 0x80)]
    [InlineData(ProtocolVersion.Mqtt5, 0x87)]
    public void A_denied_filter_is_answered_as_the_version_can(ProtocolVersion version, byte code)
    {
        // [MQTT-3.8.4-6] [MQTT3-3.9.3-2]
        using TestBroker broker = Denying((_, kind, topic) => kind == AccessKind.Subscribe && topic == "no/#");
        TestClient client = broker.Connect(version: version);
        client.Send(Packets.Subscribe(version, 7, null, ("yes", 1), ("no/#", 1)));
        broker.Tick();
        Assert.Equal([1, code], client.Next(PacketType.Suback).Codes);
        TestClient publisher = broker.Connect();
        publisher.Publish("no/1", "denied");
        publisher.Publish("yes", "allowed");
        Assert.Equal(["allowed"], client.ReadTexts());
        Assert.Equal(1, broker.Metrics.DeniedSubscribe);
    }

    [Fact]
    public void A_shared_subscription_is_judged_by_its_filter()
    {
        using TestBroker broker = Denying((_, kind, topic) => kind == AccessKind.Subscribe && topic == "no");
        TestClient client = broker.Connect();
        Assert.Equal((byte)ReasonCode.NotAuthorized, client.TrySubscribe("$share/group/no"));
        Assert.Equal(0, client.TrySubscribe("$share/no/yes"));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    public void A_message_is_kept_from_those_who_may_not_have_it(int qos, int dispatchers)
    {
        using TestBroker broker = Denying((user, kind, topic) =>
            kind == AccessKind.Receive && topic.StartsWith("no", StringComparison.Ordinal), dispatchers);
        TestClient[] subscribers = [broker.Connect(at: 0), broker.Connect(at: dispatchers - 1)];
        foreach (TestClient subscriber in subscribers)
        {
            subscriber.Subscribe("+/#", 2).Subscribe("no/1", 2); // two that overlap
        }

        TestClient publisher = broker.Connect(at: 0);
        publisher.Publish("no/1", "denied", qos);
        publisher.Publish("no/2", "denied", qos);
        publisher.Publish("yes", "allowed", qos);
        Assert.All(subscribers, subscriber => Assert.Equal(["allowed"], subscriber.ReadTexts()));
        Assert.Equal(4, broker.Metrics.DeniedReceive);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_burst_is_kept_from_those_who_may_not_have_it(int qos)
    {
        using TestBroker broker = Denying((user, kind, topic) =>
            kind == AccessKind.Receive && topic == "no" && user == "denied");
        TestClient denied = ConnectAs(broker, "denied").Subscribe("no", qos);
        TestClient allowed = ConnectAs(broker, "allowed").Subscribe("no", qos);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 50; i++)
        {
            publisher.Send("no", "text", qos);
        }

        broker.Tick();
        denied.ExpectNothing();
        Assert.Equal(50, allowed.ReadTexts().Length);
    }

    [Fact]
    public void A_walk_passes_over_those_who_may_not_have_it()
    {
        using TestBroker broker = Denying((user, kind, _) => kind == AccessKind.Receive && user == "denied");
        broker.WalkBeyond(1);
        TestClient denied = ConnectAs(broker, "denied").Subscribe("a");
        TestClient[] allowed = [ConnectAs(broker, "x").Subscribe("a"), ConnectAs(broker, "y").Subscribe("a")];
        broker.Connect().Publish("a", "text");
        denied.ExpectNothing();
        Assert.All(allowed, client => Assert.Equal(["text"], client.ReadTexts()));
    }

    [Fact]
    public void Retained_messages_are_given_to_those_who_may_have_them()
    {
        using TestBroker broker = Denying((_, kind, topic) => kind == AccessKind.Receive && topic == "no");
        TestClient publisher = broker.Connect();
        publisher.Publish("no", "denied", retain: true);
        publisher.Publish("yes", "allowed", retain: true);
        Assert.Equal(["allowed"], broker.Connect().Subscribe("#").ReadTexts());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_retained_message_goes_with_the_right_of_who_published_it(bool checks)
    {
        bool denies = false;
        var rules = FakeRules.Denying((_, kind, topic) => denies && kind == AccessKind.Publish && topic == "a");
        using var broker = new TestBroker(
            configure: options => options.CheckRetainSource = checks,
            listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient publisher = broker.Connect();
        publisher.Publish("a", "text", retain: true);
        Assert.Equal(["text"], broker.Connect().Subscribe("a").ReadTexts());
        publisher.Reset();
        denies = true;
        rules.Generation++;
        Assert.Equal(checks ? [] : ["text"], broker.Connect().Subscribe("a").ReadTexts());
    }

    [Fact]
    public void A_session_that_is_offline_is_not_given_what_it_may_not_have()
    {
        using TestBroker broker = Denying((_, kind, topic) => kind == AccessKind.Receive && topic == "no");
        TestClient client = broker.ConnectPersistent("away").Subscribe("#", 1);
        client.Reset();
        TestClient publisher = broker.Connect();
        publisher.Publish("no", "denied", 1);
        publisher.Publish("yes", "allowed", 1);
        Assert.Equal(["allowed"], broker.ConnectPersistent("away").ReadTexts());
    }

    [Fact]
    public void Rules_that_change_hold_for_subscriptions_that_exist()
    {
        bool denies = false;
        var rules = FakeRules.Denying((_, kind, _) => denies && kind == AccessKind.Receive);
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient subscriber = broker.Connect().Subscribe("a");
        TestClient publisher = broker.Connect();
        publisher.Publish("a", "before");
        denies = true;
        rules.Generation++;
        publisher.Publish("a", "after");
        Assert.Equal(["before"], subscriber.ReadTexts());
    }

    [Fact]
    public void Rules_that_a_listener_gets_hold_for_who_is_connected()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect().Subscribe("a");
        TestClient publisher = broker.Connect();
        publisher.Publish("a", "before");
        Apply(broker, FakeRules.Denying((_, kind, _) => kind == AccessKind.Receive));
        publisher.Publish("a", "after");
        Assert.Equal(["before"], subscriber.ReadTexts());
        Apply(broker, null);
        publisher.Publish("a", "free again");
        Assert.Equal(["free again"], subscriber.ReadTexts());
    }

    [Fact]
    public void Rules_that_take_the_place_of_others_hold_for_every_session()
    {
        using TestBroker broker = Denying((_, kind, topic) => kind == AccessKind.Receive && topic == "a");
        TestClient subscriber = broker.Connect().Subscribe("#");
        broker.ConnectPersistent("away").Subscribe("#", 1).Reset();
        Apply(broker, FakeRules.Denying((_, kind, topic) => kind == AccessKind.Receive && topic == "b"));
        TestClient publisher = broker.Connect();
        publisher.Publish("a", "a", 1);
        publisher.Publish("b", "b", 1);
        Assert.Equal(["a"], subscriber.ReadTexts());
        Assert.Equal(["a"], broker.ConnectPersistent("away").ReadTexts());
    }

    private static void Apply(TestBroker broker, IAccessRules? rules)
    {
        foreach (Listener listener in broker.Listeners)
        {
            listener.Options = new ListenerOptions { AllowAnonymous = true, AccessRules = rules };
        }

        foreach (Dispatcher dispatcher in broker.Dispatchers)
        {
            dispatcher.Inbox.Post(new Command(d => d.OnOptionsChanged(d.Options)));
        }

        broker.Tick();
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void Filters_that_must_be_asked_about_are_answered_together(ProtocolVersion version)
    {
        var rules = new FakeRules((_, kind, topic) => kind != AccessKind.Subscribe ? AccessVerdict.Allowed
            : topic == "known" ? AccessVerdict.Allowed : AccessVerdict.Ask)
        {
            Ask = static (_, topic) => Task.FromResult(new TimedVerdict(topic == "yes", TimeSpan.Zero)),
        };
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient client = broker.Connect(version: version);
        client.Send(Packets.Subscribe(version, 9, null, ("known", 0), ("yes", 1), ("no", 2)));
        client.Send(Packets.Pingreq);
        broker.Tick();
        broker.TickUntilAnswered();
        byte no = version == ProtocolVersion.Mqtt5 ? (byte)0x87 : (byte)0x80;
        Assert.Equal([0, 1, no], client.Next(PacketType.Suback).Codes);
        client.Next(PacketType.Pingresp);
        Assert.Equal(2, rules.Asked);
        Assert.Equal(3, broker.Metrics.PacketsReceived);
    }

    private static TestClient ConnectAs(TestBroker broker, string user)
    {
        TestClient client = broker.Open();
        client.Send(Packets.Connect(ProtocolVersion.Mqtt5, user, userName: user));
        broker.Tick();
        client.Next(PacketType.Connack);
        return client;
    }

    private static TestBroker Denying(Func<string, AccessKind, string, bool> denies, int dispatchers = 1) =>
        new(dispatchers, listenerOptions: new ListenerOptions
        {
            AllowAnonymous = true,
            AccessRules = FakeRules.Denying(denies),
        });
}
