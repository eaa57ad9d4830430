// Asynchronous hooks: the client that waits keeps its order, nobody else waits, and one that goes is no burden.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Access;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Hooks;

public sealed class AsyncHookTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, 0, false)]
    [InlineData(ProtocolVersion.Mqtt311, 2, true)]
    [InlineData(ProtocolVersion.Mqtt5, 1, true)]
    [InlineData(ProtocolVersion.Mqtt5, 2, false)]
    public void Messages_wait_in_their_order_and_others_go_on(ProtocolVersion version, int qos, bool isStored)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hooks = new BrokerHooks
        {
            PublishingAsync = async (request, _) =>
            {
                if (request.ClientId == "slow")
                {
                    await gate.Task;
                }

                request.SetPayload(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(request.Payload.Span) + "!"));
                request.Topic = "out/" + request.Topic;
            },
        };
        using TestBroker broker = new(
            configure: options => options.Hooks = hooks, store: isStored ? new MemoryStore() : null);
        TestClient subscriber = broker.ConnectPersistent("s").Subscribe("#", 2);
        TestClient slow = broker.Connect("slow", version);
        TestClient quick = broker.Connect("quick", version);
        for (int i = 0; i < 5; i++)
        {
            slow.Send("a", $"{i}", qos);
        }

        broker.Tick();
        quick.Send("b", "other", qos);
        broker.TickUntil(() => broker.Metrics.PublishSent == 1);
        Assert.Equal("other!", subscriber.NextPublish().Text);
        gate.SetResult();
        broker.TickUntilAnswered();
        broker.Advance(10); // what waits for its receivers goes to the disk
        List<Packet> received = subscriber.Read();
        Assert.Equal(["0!", "1!", "2!", "3!", "4!"], received.Select(packet => packet.Text));
        Assert.All(received, packet => Assert.Equal(("out/a", qos), (packet.Topic, packet.QoS)));
        Assert.Equal(qos == 0 ? 0 : 5, slow.Read().Count);
        Assert.Equal(6, broker.Metrics.PublishReceived);
    }

    [Fact]
    public void A_client_that_goes_cancels_the_question()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hooks = new BrokerHooks
        {
            PublishingAsync = async (_, cancellation) =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellation);
                }
                finally
                {
                    cancelled.SetResult();
                }
            },
        };
        using TestBroker broker = new(configure: options => options.Hooks = hooks);
        TestClient subscriber = broker.Connect().Subscribe("#");
        TestClient publisher = broker.Connect();
        publisher.Send("a", "never", 1);
        broker.Tick();
        publisher.Reset();
        broker.TickUntil(() => cancelled.Task.IsCompleted);
        broker.Tick();
        subscriber.ExpectNothing();
        Assert.Equal(0, broker.Metrics.HookFailures);
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void Synchronous_hooks_spare_the_question_and_both_may_change(ProtocolVersion version)
    {
        int asked = 0;
        var hooks = new BrokerHooks
        {
            Publishing = (ref publishing) =>
            {
                publishing.SetPayload([.. publishing.Payload, (byte)'s']);
                if (publishing.Topic.SequenceEqual("known"u8))
                {
                    publishing.Allow();
                }
            },
            PublishingAsync = (request, _) =>
            {
                asked++;
                request.SetPayload([.. request.Payload.Span, (byte)'a']);
                if (request.Topic == "no")
                {
                    request.Deny(ReasonCode.TopicNameInvalid);
                }
                else if (request.Topic == "swallow")
                {
                    request.Swallow();
                }

                return default;
            },
        };
        using TestBroker broker = new(configure: options => options.Hooks = hooks);
        TestClient subscriber = broker.Connect().Subscribe("#");
        TestClient publisher = broker.Connect(version: version);
        foreach (string topic in (string[])["known", "other", "no", "swallow"])
        {
            publisher.Send(topic, "x", 1);
        }

        broker.Tick();
        broker.TickUntilAnswered();
        Assert.Equal(["xs", "xsa"], subscriber.ReadTexts());
        Assert.Equal(3, asked);
        ReasonCode no = version == ProtocolVersion.Mqtt5 ? ReasonCode.TopicNameInvalid : ReasonCode.Success;
        Assert.Equal(
            [ReasonCode.Success, ReasonCode.Success, no, ReasonCode.Success],
            publisher.Read().Select(packet => packet.Reason));
    }

    [Fact]
    public void A_second_asynchronous_hook_is_asked_after_the_first_and_not_after_a_denial()
    {
        var order = new List<string>();
        var hooks = new BrokerHooks();
        hooks.PublishingAsync += async (request, _) =>
        {
            await Task.Yield();
            order.Add("1" + request.Topic);
            if (request.Topic == "no")
            {
                request.Deny();
            }
        };
        hooks.PublishingAsync += (request, _) =>
        {
            order.Add("2" + request.Topic);
            return default;
        };
        using TestBroker broker = new(configure: options => options.Hooks = hooks);
        TestClient publisher = broker.Connect();
        publisher.Send("no", "x");
        publisher.Send("yes", "x");
        broker.Tick();
        broker.TickUntilAnswered();
        Assert.Equal(["1no", "1yes", "2yes"], order);
    }

    [Fact]
    public void Rules_that_ask_and_hooks_that_ask_are_both_asked_once()
    {
        int asked = 0;
        var rules = new FakeRules(static (_, _, _) => AccessVerdict.Ask)
        {
            Ask = static (_, _) => Task.FromResult(new TimedVerdict(true, TimeSpan.Zero)),
        };
        var hooks = new BrokerHooks
        {
            PublishingAsync = (request, _) =>
            {
                asked++;
                return default;
            },
        };
        using TestBroker broker = new(
            configure: options => options.Hooks = hooks,
            listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient publisher = broker.Connect();
        publisher.Send("a", "x", 1);
        publisher.Send("a", "x", 1); // the same bytes but the identifier: an answer of its own
        broker.Tick();
        broker.TickUntil(() => broker.Metrics.PublishReceived == 2);
        Assert.Equal(2, asked);
        Assert.Equal(2, publisher.Read().Count);
    }

    [Fact]
    public void A_will_waits_for_its_answer_off_the_dispatcher()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hooks = new BrokerHooks
        {
            PublishingAsync = async (request, _) =>
            {
                Assert.True(request.IsWill);
                await gate.Task;
                request.Topic = "out";
                request.SetPayload("changed"u8);
            },
        };
        using TestBroker broker = new(configure: options => options.Hooks = hooks);
        TestClient subscriber = broker.Connect().Subscribe("#");
        broker.Connect(will: new Will("will", "text", 1)).Reset();
        broker.Tick();
        subscriber.ExpectNothing();
        gate.SetResult();
        broker.TickUntil(() => broker.Metrics.PublishSent == 1);
        Packet received = subscriber.NextPublish();
        Assert.Equal(("out", "changed"), (received.Topic, received.Text));
    }

    [Fact]
    public void Filters_are_asked_about_at_once_and_the_client_waits()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = new List<string>();
        var hooks = new BrokerHooks
        {
            Subscribing = (ref subscribing) =>
            {
                if (subscribing.TopicFilter.SequenceEqual("never"u8))
                {
                    subscribing.Deny(ReasonCode.QuotaExceeded);
                }
            },
            SubscribingAsync = async (request, _) =>
            {
                await gate.Task;
                seen.AddRange(request.Filters.Select(filter => filter.TopicFilter));
                request.Filters[0].LimitQoS(QualityOfService.AtLeastOnce);
                request.Filters[1].Deny(ReasonCode.TopicFilterInvalid);
            },
        };
        using TestBroker broker = new(configure: options => options.Hooks = hooks);
        TestClient subscriber = broker.Connect();
        TestClient other = broker.Connect();
        subscriber.Send(Packets.Subscribe(
            ProtocolVersion.Mqtt5, 1, null, ("a", 2), ("never", 0), ("#/bad", 0), ("b", 2), ("$share/g/c", 0)));
        subscriber.Send(Packets.Pingreq);
        broker.Tick();
        subscriber.ExpectNothing();
        other.Send(Packets.Pingreq);
        broker.Tick();
        other.Next(PacketType.Pingresp);
        gate.SetResult();
        broker.TickUntilAnswered();
        Assert.Equal([1, 0x97, 0x8F, 0x8F, 0], subscriber.Next(PacketType.Suback).Codes);
        subscriber.Next(PacketType.Pingresp);
        Assert.Equal(["a", "b", "c"], seen);
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt31)]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void A_client_waits_for_its_connack_and_others_come_in(ProtocolVersion version)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hooks = new BrokerHooks
        {
            ConnectingAsync = async (request, _) =>
            {
                if (request.Client.ClientId != "other")
                {
                    await gate.Task;
                    request.Terms.UserName = "known";
                }
            },
        };
        using TestBroker broker = new(configure: options => options.Hooks = hooks);
        TestClient waits = broker.Open(version);
        waits.Send(Packets.Connect(version, "waits")).Send(Packets.Pingreq);
        broker.Tick();
        TestClient other = broker.Open();
        other.Send(Packets.Connect(ProtocolVersion.Mqtt5, "other"));
        broker.TickUntil(() => broker.Metrics.ConnectionsOpen == 1);
        other.Next(PacketType.Connack);
        waits.ExpectNothing();
        gate.SetResult();
        broker.TickUntilAnswered();
        Assert.Equal(ReasonCode.Success, waits.Next(PacketType.Connack).Reason);
        waits.Next(PacketType.Pingresp);
        Assert.Equal("known", broker.FindSession("waits")!.UserName);
        Assert.Equal(3, broker.Metrics.PacketsReceived);
    }

    [Fact]
    public void A_refused_client_disturbs_nobody()
    {
        var hooks = new BrokerHooks
        {
            ConnectingAsync = async (request, _) =>
            {
                await Task.Yield();
                if (!request.CleanStart)
                {
                    request.Refuse(ReasonCode.Banned, "not you");
                }
            },
        };
        using TestBroker broker = new(configure: options => options.Hooks = hooks);
        TestClient first = broker.Open();
        first.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c"));
        broker.Tick();
        broker.TickUntilAnswered();
        first.Next(PacketType.Connack);
        TestClient second = broker.Open();
        second.Send(Packets.Connect(ProtocolVersion.Mqtt5, "c", clean: false));
        broker.Tick();
        broker.TickUntilAnswered();
        Packet connack = second.Next(PacketType.Connack);
        Assert.Equal(ReasonCode.Banned, connack.Reason);
        Assert.Equal("not you", connack.Data(PropertyIdentifier.ReasonString));
        Assert.False(first.IsClosed);
        first.ExpectNothing();
    }

    [Fact]
    public void Enhanced_authentication_comes_first_and_the_hook_is_asked_once()
    {
        int asked = 0;
        var method = new NameIsEnough();
        var hooks = new BrokerHooks
        {
            ConnectingAsync = async (request, _) =>
            {
                await Task.Yield();
                asked++;
                Assert.Equal("ann", request.Client.UserName);
            },
        };
        using TestBroker broker = new(
            configure: options => options.Hooks = hooks,
            listenerOptions: new() { EnhancedAuthenticators = { method } });
        TestClient client = broker.Open();
        client.Send(Packets.Connect(
            ProtocolVersion.Mqtt5, "c", properties: Property.Authentication(method.Method, "ann")));
        broker.Tick();
        broker.TickUntilAnswered();
        Assert.Equal(ReasonCode.Success, client.Next(PacketType.Connack).Reason);
        Assert.Equal(1, asked);
    }

    // A method that believes the name it is told.
    private sealed class NameIsEnough : IEnhancedAuthenticator, IAuthenticationExchange
    {
        public string Method => "NAME";

        public IAuthenticationExchange Begin(AuthenticationRequest request) => this;

        public ValueTask<AuthenticationStep> StepAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
            new(new AuthenticationStep(
                ReasonCode.Success,
                Identity: new ClientIdentity { UserName = Encoding.UTF8.GetString(data.Span) }));
    }
}
