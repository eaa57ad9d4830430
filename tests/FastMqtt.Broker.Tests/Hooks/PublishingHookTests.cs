// What a synchronous hook makes of messages: allowed, denied, swallowed, changed; as each version and QoS can be told.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Access;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Hooks;

public sealed class PublishingHookTests
{
    [Theory]
    [InlineData(ProtocolVersion.Mqtt31)]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void A_denied_message_reaches_nobody_and_its_client_is_told_what_its_version_knows(ProtocolVersion version)
    {
        // [MQTT-3.4.2-1] [MQTT-3.5.2-1]: 5.0 clients get the hook's reason; 3.x sees the exchange complete
        using TestBroker broker = Broker((ref publishing) =>
        {
            if (publishing.Topic.SequenceEqual("no"u8))
            {
                publishing.Deny(ReasonCode.QuotaExceeded);
            }
        });
        TestClient subscriber = broker.Connect().Subscribe("#", 2);
        TestClient publisher = broker.Connect(version: version);
        ReasonCode told = version == ProtocolVersion.Mqtt5 ? ReasonCode.QuotaExceeded : ReasonCode.Success;
        publisher.Send("no", "0");
        publisher.Send("no", "1", qos: 1, retain: true);
        ushort id = publisher.Send("no", "2", qos: 2);
        broker.Tick();
        Assert.Equal(told, publisher.Next(PacketType.Puback).Reason);
        Assert.Equal(told, publisher.Next(PacketType.Pubrec).Reason);
        if (version != ProtocolVersion.Mqtt5)
        {
            publisher.Send(Packets.Pubrel(id));
            broker.Tick();
            Assert.Equal(id, publisher.Next(PacketType.Pubcomp).Id);
        }

        publisher.Publish("yes", "goes on", 2);
        Assert.Equal(["goes on"], subscriber.ReadTexts());
        Assert.Equal(3, broker.Metrics.DeniedPublish);
        broker.Connect().Subscribe("no").ExpectNothing();
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311)]
    [InlineData(ProtocolVersion.Mqtt5)]
    public void A_swallowed_message_is_acknowledged_and_reaches_nobody(ProtocolVersion version)
    {
        using TestBroker broker = Broker((ref publishing) => publishing.Swallow());
        TestClient subscriber = broker.Connect().Subscribe("#", 2);
        TestClient publisher = broker.Connect(version: version);
        publisher.Publish("a", "0");
        publisher.Publish("a", "1", 1, retain: true);
        ushort id = publisher.Send("a", "2", 2);
        broker.Tick();
        Assert.Equal(ReasonCode.Success, publisher.Next(PacketType.Pubrec).Reason);
        publisher.Send(Packets.Pubrel(id));
        broker.Tick();
        Assert.Equal(ReasonCode.Success, publisher.Next(PacketType.Pubcomp).Reason);
        subscriber.ExpectNothing();
        Assert.Equal(0, broker.State.Retained.Count);
        Assert.Equal(3, broker.Metrics.SwallowedPublish);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Topic_and_payload_are_changed_and_the_properties_stay(int qos)
    {
        using TestBroker broker = Broker((ref publishing) =>
        {
            Assert.Equal("in/1", publishing.GetTopicString());
            Assert.True(publishing.UserProperties.TryGet("unit"u8, out ReadOnlySpan<byte> unit));
            publishing.SetTopic("out/" + publishing.Client!.ClientId);
            publishing.SetPayload([.. publishing.Payload, .. unit]);
        });
        TestClient all = broker.Connect().Subscribe("#", 2);
        TestClient old = broker.Connect(version: ProtocolVersion.Mqtt311).Subscribe("out/+", 2);
        TestClient publisher = broker.Connect("p");
        byte[] properties =
        [
            .. Property.UserProperty("a", "b"), .. Property.MessageExpiryInterval(60),
            .. Property.UserProperty("unit", "mm"), .. Property.TopicAlias(1),
        ];
        publisher.Publish("in/1", "12", qos, properties: properties);
        Packet received = all.NextPublish();
        Assert.Equal(("out/p", "12mm", qos), (received.Topic, received.Text, received.QoS));
        Assert.Equal(60u, received.Integer(PropertyIdentifier.MessageExpiryInterval));
        Assert.Equal(
            ["b", "mm"],
            received.Properties.Where(property => property.Id == PropertyIdentifier.UserProperty)
                .Select(property => Encoding.UTF8.GetString(property.Data)));
        all.ExpectNothing();
        Assert.Equal("12mm", old.NextPublish().Text);

        // The alias is the client's: it stands for the topic that the client wrote.
        properties = [.. Property.UserProperty("unit", "m"), .. Property.TopicAlias(1)];
        publisher.Publish("", "13", qos, properties: properties);
        Assert.Equal("13m", old.NextPublish().Text);
    }

    [Fact]
    public void Of_a_burst_each_message_is_asked_about()
    {
        int asked = 0;
        using TestBroker broker = Broker((ref publishing) =>
        {
            if (++asked % 2 == 0)
            {
                publishing.Deny();
            }
            else
            {
                publishing.SetPayload(Encoding.UTF8.GetBytes($"changed {asked}"));
            }
        });
        TestClient subscriber = broker.Connect().Subscribe("a", 1);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 20; i++)
        {
            publisher.Send("a", "text", i < 10 ? 0 : 1);
        }

        broker.Tick();
        Assert.Equal(10, publisher.Read().Count);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"changed {(2 * i) + 1}"), subscriber.ReadTexts());
        Assert.Equal(20, asked);
    }

    [Fact]
    public void A_duplicate_of_a_message_that_is_there_is_not_asked_about()
    {
        // [MQTT-4.3.3-10]
        int asked = 0;
        using TestBroker broker = Broker((ref publishing) => asked++);
        TestClient subscriber = broker.Connect().Subscribe("a", 2);
        TestClient publisher = broker.Connect();
        publisher.Send(Packets.Publish(ProtocolVersion.Mqtt5, "a", "x"u8, 2, 7));
        publisher.Send(Packets.Publish(ProtocolVersion.Mqtt5, "a", "x"u8, 2, 7, duplicate: true));
        broker.Tick();
        Assert.Equal(2, publisher.Read().Count(packet => packet.Type == PacketType.Pubrec));
        Assert.Single(subscriber.ReadTexts());
        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/+")]
    [InlineData("#")]
    [InlineData("$SYS/broker/version")]
    [InlineData("nul\0")]
    public void A_topic_that_nobody_could_publish_to_is_refused_to_the_hook(string topic)
    {
        // [MQTT-3.3.2-2]
        Exception? thrown = null;
        using TestBroker broker = Broker((ref publishing) =>
        {
            try
            {
                publishing.SetTopic(topic);
            }
            catch (ArgumentException exception)
            {
                thrown = exception;
            }
        });
        TestClient subscriber = broker.Connect().Subscribe("#");
        broker.Connect().Publish("stays", "text");
        Assert.NotNull(thrown);
        Assert.Equal("stays", subscriber.NextPublish().Topic);
    }

    [Fact]
    public void A_payload_that_breaks_what_the_message_says_of_itself_is_refused_to_the_hook()
    {
        var refused = new List<Type>();
        using TestBroker broker = Broker((ref publishing) =>
        {
            try
            {
                publishing.SetPayload(publishing.Payload.Length == 1 ? [0xFF] : new byte[100]);
            }
            catch (ArgumentException exception)
            {
                refused.Add(exception.GetType());
            }
        }, options => options.MaximumPacketSize = 99);
        TestClient publisher = broker.Connect();
        publisher.Publish("a", "x", properties: Property.PayloadFormatIndicator(1));
        publisher.Publish("a", "long");
        Assert.Equal([typeof(ArgumentException), typeof(ArgumentException)], refused);
    }

    [Fact]
    public void Qos_and_retain_are_what_the_hook_says()
    {
        using TestBroker broker = Broker((ref publishing) =>
        {
            publishing.QoS = QualityOfService.AtLeastOnce;
            publishing.Retain = !publishing.Retain;
        });
        TestClient subscriber = broker.Connect().Subscribe("#", 2);
        TestClient publisher = broker.Connect();
        publisher.Publish("kept", "0");
        publisher.Publish("not", "2", 2, retain: true);
        Assert.Equal([("kept", 1), ("not", 1)], subscriber.Read().Select(packet => (packet.Topic, packet.QoS)));
        Packet retained = broker.Connect().Subscribe("#").NextPublish();
        Assert.Equal(("kept", true), (retained.Topic, retained.Retain));
        Assert.Equal(1, broker.State.Retained.Count);
    }

    [Fact]
    public void What_was_moved_elsewhere_is_not_judged_by_the_rights_of_its_publisher()
    {
        // The client may write to "in" only. Where the hook puts it is the embedder's word, now and while retained.
        var rules = FakeRules.Denying(static (_, kind, topic) => kind == AccessKind.Publish && topic != "in");
        using TestBroker broker = Broker(
            (ref publishing) => publishing.SetTopic("out"),
            listener: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient subscriber = broker.Connect().Subscribe("out");
        TestClient publisher = broker.Connect();
        publisher.Publish("in", "text", 1, retain: true);
        publisher.Send("elsewhere", "text", 1);
        broker.Tick();
        Assert.Equal(ReasonCode.NotAuthorized, publisher.Next(PacketType.Puback).Reason);
        Assert.Equal(["text"], subscriber.ReadTexts());
        Assert.Equal("text", broker.Connect().Subscribe("out").NextPublish().Text);
    }

    [Fact]
    public void Behind_a_mount_point_hooks_see_and_set_whole_topics()
    {
        string? seen = null;
        using TestBroker broker = Broker(
            (ref publishing) =>
            {
                seen = publishing.GetTopicString();
                publishing.SetTopic("site/b");
            },
            listener: new() { AllowAnonymous = true, MountPoint = "site/" });
        TestClient subscriber = broker.Connect().Subscribe("#");
        broker.Connect().Publish("a", "text");
        Assert.Equal("site/a", seen);
        Assert.Equal("b", subscriber.NextPublish().Topic);
    }

    [Fact]
    public void A_will_is_asked_about_and_changed()
    {
        var seen = new List<(bool, string, string)>();
        using TestBroker broker = Broker((ref publishing) =>
        {
            string client = Encoding.UTF8.GetString(publishing.ClientIdentifier);
            seen.Add((publishing.IsWill, publishing.GetTopicString(), client));
            publishing.SetPayload("changed"u8);
        });
        TestClient subscriber = broker.Connect().Subscribe("#", 1);
        broker.Connect("w", will: new Will("will", "text", 1, true)).Reset();
        Packet received = subscriber.NextPublish();
        Assert.Equal(("will", "changed", 1), (received.Topic, received.Text, received.QoS));
        Assert.Equal([(true, "will", "w")], seen);
        Assert.Equal("changed", broker.Connect().Subscribe("will").NextPublish().Text);
    }

    [Fact]
    public void A_denied_will_is_not_published()
    {
        using TestBroker broker = Broker((ref publishing) => publishing.Deny());
        TestClient subscriber = broker.Connect().Subscribe("#");
        broker.Connect(will: new Will("will", "text")).Reset();
        subscriber.ExpectNothing();
        Assert.Equal(1, broker.Metrics.DeniedPublish);
    }

    [Fact]
    public void Several_hooks_are_asked_in_order_until_one_denies()
    {
        var order = new List<int>();
        var hooks = new BrokerHooks();
        hooks.Publishing += (ref publishing) =>
        {
            order.Add(1);
            publishing.SetPayload([.. publishing.Payload, (byte)'1']);
        };
        hooks.Publishing += (ref publishing) =>
        {
            order.Add(2);
            if (publishing.Topic.SequenceEqual("no"u8))
            {
                publishing.Deny();
            }
        };
        hooks.Publishing += (ref publishing) =>
        {
            order.Add(3);
            publishing.SetPayload(publishing.Payload[1..]); // of what the first one has set
        };
        using var broker = new TestBroker(configure: options => options.Hooks = hooks);
        TestClient subscriber = broker.Connect().Subscribe("#");
        TestClient publisher = broker.Connect();
        publisher.Publish("no", "abc");
        publisher.Publish("yes", "abc");
        Assert.Equal([1, 2, 1, 2, 3], order);
        Assert.Equal(["bc1"], subscriber.ReadTexts());
    }

    [Fact]
    public void Hooks_that_are_set_after_the_start_have_no_effect()
    {
        int seen = 0;
        var hooks = new BrokerHooks { Publishing = (ref _) => seen++ };
        using var broker = new TestBroker(configure: options => options.Hooks = hooks);
        hooks.Publishing = null;
        hooks.Delivering = static (ref delivering) => delivering.Skip();
        TestClient subscriber = broker.Connect().Subscribe("a");
        broker.Connect().Publish("a", "text");
        Assert.Equal(["text"], subscriber.ReadTexts());
        Assert.Equal(1, seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_changed_is_what_survives_the_broker(int qos)
    {
        var store = new MemoryStore();
        Hook<PublishingContext> hook = (ref publishing) =>
        {
            publishing.SetTopic("out");
            publishing.SetPayload("changed"u8);
        };
        using (TestBroker broker = Broker(hook, store: store))
        {
            broker.ConnectPersistent("s").Subscribe("out", 2).Disconnect();
            TestClient publisher = broker.ConnectPersistent("p");
            publisher.Publish("in", "text", qos, retain: true);
        }

        using var next = new TestBroker(store: store);
        TestClient subscriber = next.ConnectPersistent("s");
        Packet received = subscriber.NextPublish();
        Assert.Equal(("out", "changed", qos), (received.Topic, received.Text, received.QoS));
        Assert.Equal("changed", next.Connect().Subscribe("out").NextPublish().Text);
    }

    private static TestBroker Broker(
        Hook<PublishingContext> hook,
        Action<BrokerOptions>? configure = null,
        ListenerOptions? listener = null,
        IStore? store = null) => new(
            configure: options =>
            {
                options.Hooks = new BrokerHooks { Publishing = hook };
                configure?.Invoke(options);
            },
            listenerOptions: listener,
            store: store);
}
