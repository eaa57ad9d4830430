// What a client may publish: denied messages reach nobody, and the client is told as its version can be.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Access;

public sealed class PublishAccessTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt31)]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void A_denied_message_reaches_nobody_whatever_its_qos(ProtocolVersion version)
    {
        // [MQTT-3.4.2-1]: 5.0 clients get 0x87; a 3.x client's message is acknowledged and goes nowhere
        using TestBroker broker = Denying("no");
        TestClient subscriber = broker.Connect().Subscribe("#", 2);
        TestClient publisher = broker.Connect(version: version);
        ReasonCode told = version == ProtocolVersion.Mqtt5 ? ReasonCode.NotAuthorized : ReasonCode.Success;
        publisher.Send("no", "0");
        publisher.Send("no", "1", qos: 1);
        publisher.Send("no", "retained", qos: 1, retain: true);
        ushort id = publisher.Send("no", "2", qos: 2);
        broker.Tick();
        Assert.Equal(told, publisher.Next(PacketType.Puback).Reason);
        Assert.Equal(told, publisher.Next(PacketType.Puback).Reason);
        Assert.Equal(told, publisher.Next(PacketType.Pubrec).Reason);
        if (version != ProtocolVersion.Mqtt5)
        {
            publisher.Send(Packets.Pubrel(id));
            broker.Tick();
            Assert.Equal(id, publisher.Next(PacketType.Pubcomp).Id);
        }

        publisher.Publish("yes", "goes on", 1);
        Assert.Equal(["goes on"], subscriber.ReadTexts());
        Assert.Equal(4, broker.Metrics.DeniedPublish);
        broker.Connect().Subscribe("no").ExpectNothing();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_denied_burst_reaches_nobody(int qos)
    {
        using TestBroker broker = Denying("no");
        TestClient subscriber = broker.Connect().Subscribe("no", 2);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 50; i++)
        {
            publisher.Send("no", "text", qos);
        }

        broker.Tick();
        List<Packet> answers = publisher.Read();
        Assert.Equal(qos == 0 ? 0 : 50, answers.Count);
        Assert.All(answers, answer => Assert.Equal(ReasonCode.NotAuthorized, answer.Reason));
        subscriber.ExpectNothing();
        Assert.Equal(50, broker.Metrics.DeniedPublish);
    }

    [Fact]
    public void A_topic_alias_is_judged_by_its_topic()
    {
        using TestBroker broker = Denying("no");
        TestClient subscriber = broker.Connect().Subscribe("#");
        TestClient publisher = broker.Connect();
        publisher.Send("no", "named", qos: 1, properties: Property.TopicAlias(1));
        publisher.Send("", "by alias", qos: 1, properties: Property.TopicAlias(1));
        broker.Tick();
        Assert.Equal(ReasonCode.NotAuthorized, publisher.Next(PacketType.Puback).Reason);
        Assert.Equal(ReasonCode.NotAuthorized, publisher.Next(PacketType.Puback).Reason);
        subscriber.ExpectNothing();
    }

    [Fact]
    public void A_verdict_is_asked_for_once_and_again_when_the_rules_change()
    {
        bool denies = false;
        var rules = FakeRules.Denying((_, kind, _) => denies && kind == AccessKind.Publish);
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 10; i++)
        {
            publisher.Publish("a", "text", 1);
        }

        Assert.Equal(1, rules.Checks);
        denies = true;
        publisher.Publish("a", "still the old rules", 1);
        rules.Generation++;
        publisher.Send("a", "text", qos: 1);
        broker.Tick();
        Assert.Equal(ReasonCode.NotAuthorized, publisher.Next(PacketType.Puback).Reason);
        Assert.Equal(2, rules.Checks);
    }

    [Fact]
    public void A_will_is_published_only_where_its_client_may()
    {
        // [MQTT-3.1.2-8]
        using TestBroker broker = Denying("no");
        TestClient subscriber = broker.Connect().Subscribe("#");
        broker.Connect(will: new Will("no", "denied")).Reset();
        broker.Connect(will: new Will("yes", "allowed")).Reset();
        Assert.Equal(["allowed"], subscriber.ReadTexts());
        Assert.Equal(1, broker.Metrics.DeniedPublish);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void A_will_that_must_be_asked_about_waits_for_the_answer(bool allows, bool outlives)
    {
        // [MQTT-3.1.2-8]
        var gate = new TaskCompletionSource<TimedVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        var rules = new FakeRules((_, kind, topic) =>
            kind == AccessKind.Publish && topic == "will" ? AccessVerdict.Ask : AccessVerdict.Allowed)
        {
            Ask = (_, _) => gate.Task,
        };
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient subscriber = broker.Connect().Subscribe("#");
        broker.Connect(
            "c",
            clean: !outlives,
            properties: outlives ? Property.SessionExpiryInterval(60) : null,
            will: new Will("will", "gone")).Reset();
        subscriber.ExpectNothing();
        Assert.Equal(outlives, broker.FindSession("c") is not null);

        gate.SetResult(new TimedVerdict(allows, TimeSpan.Zero));
        broker.TickUntil(() => broker.Metrics.PublishSent + broker.Metrics.DeniedPublish > 0);
        Assert.Equal(allows ? ["gone"] : [], subscriber.ReadTexts());
        Assert.Equal(0, broker.RentedBytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rules_that_must_ask_hold_back_the_client_and_nobody_else(bool allows)
    {
        var gate = new TaskCompletionSource<TimedVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        var rules = new FakeRules((user, kind, topic) =>
            kind == AccessKind.Publish && topic == "asked" ? AccessVerdict.Ask : AccessVerdict.Allowed)
        {
            Ask = (_, _) => gate.Task,
        };
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient subscriber = broker.Connect().Subscribe("#");
        TestClient publisher = broker.Connect();
        publisher.Send("before", "before", qos: 1);
        publisher.Send("asked", "asked", qos: 1);
        publisher.Send("behind", "behind", qos: 1);
        broker.Tick();
        publisher.Next(PacketType.Puback);
        publisher.ExpectNothing();
        subscriber.Publish("other", "other", 0);
        Assert.Equal(["before", "other"], subscriber.ReadTexts());

        gate.SetResult(new TimedVerdict(allows, TimeSpan.FromMinutes(1)));
        broker.TickUntilAnswered();
        Assert.Equal(
            allows ? ReasonCode.Success : ReasonCode.NotAuthorized, publisher.Next(PacketType.Puback).Reason);
        publisher.Next(PacketType.Puback);
        Assert.Equal(allows ? ["asked", "behind"] : ["behind"], subscriber.ReadTexts());

        publisher.Send("asked", "again", qos: 1);
        broker.Tick();
        publisher.Next(PacketType.Puback);
        Assert.Equal(1, rules.Asked);
        broker.Advance(61_000); // the answer's time is over
        publisher.Send("asked", "later", qos: 1);
        broker.Tick();
        broker.TickUntilAnswered();
        publisher.Next(PacketType.Puback);
        Assert.Equal(2, rules.Asked);
        Assert.Equal(6, broker.Metrics.PublishReceived);
    }

    [Fact]
    public void An_answer_for_this_once_is_asked_for_each_time()
    {
        var rules = new FakeRules((_, kind, _) =>
            kind == AccessKind.Publish ? AccessVerdict.Ask : AccessVerdict.Allowed)
        {
            Ask = static (_, _) => Task.FromResult(new TimedVerdict(true, TimeSpan.Zero)),
        };
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient publisher = broker.Connect();
        for (int i = 1; i <= 3; i++)
        {
            publisher.Send("a", "text", qos: 1);
            broker.Tick();
            broker.TickUntilAnswered();
            publisher.Next(PacketType.Puback);
            Assert.Equal(i, rules.Asked);
        }
    }

    [Fact]
    public void A_question_that_fails_denies()
    {
        var rules = new FakeRules((_, kind, _) =>
            kind == AccessKind.Publish ? AccessVerdict.Ask : AccessVerdict.Allowed)
        {
            Ask = static (_, _) => throw new InvalidOperationException("broken"),
        };
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient publisher = broker.Connect();
        publisher.Send("a", "text", qos: 1);
        broker.Tick();
        broker.TickUntilAnswered();
        Assert.Equal(ReasonCode.NotAuthorized, publisher.Next(PacketType.Puback).Reason);
    }

    [Fact]
    public void A_client_that_goes_while_it_is_asked_about_leaves_nothing_behind()
    {
        var gate = new TaskCompletionSource<TimedVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        var rules = new FakeRules((_, kind, _) =>
            kind == AccessKind.Publish ? AccessVerdict.Ask : AccessVerdict.Allowed)
        {
            Ask = (_, _) => gate.Task,
        };
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient publisher = broker.Connect(keepAlive: 10);
        publisher.Send("a", "text", qos: 1);
        broker.Tick();
        TestClient taker = broker.Connect(publisher.Identifier);
        broker.TickUntilAnswered();
        Assert.Equal(ReasonCode.SessionTakenOver, publisher.Next(PacketType.Disconnect).Reason);
        taker.Reset();
        publisher.Socket.Shutdown();
        broker.Tick();
        Assert.Equal(0, broker.RentedBytes);
    }

    private static TestBroker Denying(string publishTopic) => new(listenerOptions: new ListenerOptions
    {
        AllowAnonymous = true,
        AccessRules = FakeRules.Denying((_, kind, topic) => kind == AccessKind.Publish && topic == publishTopic),
    });
}
