// What a synchronous hook grants to those who subscribe.

using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Hooks;

public sealed class SubscribingHookTests
{
    [Fact]
    public void Each_filter_gets_its_own_answer()
    {
        // [MQTT-3.9.3-1] [MQTT-3.8.4-6]
        using TestBroker broker = Broker();
        TestClient subscriber = broker.Connect();
        subscriber.Send(Packets.Subscribe(
            ProtocolVersion.Mqtt5, 1, null, ("no/#", 2), ("low", 2), ("free", 2), ("$share/g/no/x", 0)));
        broker.Tick();
        Assert.Equal([0x97, 1, 2, 0x97], subscriber.Next(PacketType.Suback).Codes);
        TestClient publisher = broker.Connect();
        publisher.Publish("no/1", "text", 2);
        publisher.Publish("low", "text", 2);
        publisher.Publish("free", "text", 2);
        Assert.Equal([("low", 1), ("free", 2)], subscriber.Read().Select(packet => (packet.Topic, packet.QoS)));
        Assert.Equal(2, broker.Metrics.DeniedSubscribe);
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt31, 2)]
    [InlineData(ProtocolVersion.Mqtt311, 0x80)]
    public void Who_has_no_word_for_the_reason_gets_what_it_has(ProtocolVersion version, int code)
    {
        // [MQTT3-3.9.3-2]; 3.1 is granted what it asked for, without effect
        using TestBroker broker = Broker();
        TestClient subscriber = broker.Connect(version: version);
        Assert.Equal(code, subscriber.TrySubscribe("no/x", 2));
        broker.Connect().Publish("no/x", "text");
        subscriber.ExpectNothing();
    }

    [Fact]
    public void A_lower_grant_replaces_the_subscription_that_was_there()
    {
        // [MQTT-3.8.4-3]
        bool lowers = false;
        using TestBroker broker = new(configure: options => options.Hooks = new BrokerHooks
        {
            Subscribing = (ref subscribing) =>
            {
                if (lowers)
                {
                    subscribing.LimitQoS(QualityOfService.AtMostOnce);
                }
            },
        });
        TestClient subscriber = broker.Connect().Subscribe("a", 2);
        lowers = true;
        Assert.Equal(0, subscriber.TrySubscribe("a", 2));
        broker.Connect().Publish("a", "text", 2);
        Assert.Equal(0, subscriber.NextPublish().QoS);
    }

    [Fact]
    public void The_hook_sees_the_filter_as_the_broker_knows_it()
    {
        var seen = new List<string>();
        using TestBroker broker = new(
            configure: options => options.Hooks = new BrokerHooks
            {
                Subscribing = (ref subscribing) =>
                {
                    string share = System.Text.Encoding.UTF8.GetString(subscribing.ShareName);
                    seen.Add($"{share}|{subscribing.GetTopicFilterString()}|{subscribing.Options.NoLocal}");
                },
            },
            listenerOptions: new() { AllowAnonymous = true, MountPoint = "site/" });
        broker.Connect().Subscribe("$share/g/a").Subscribe("b", 4);
        Assert.Equal(["g|site/a|False", "|site/b|True"], seen);
    }

    private static TestBroker Broker() => new(configure: options => options.Hooks = new BrokerHooks
    {
        Subscribing = (ref subscribing) =>
        {
            if (subscribing.TopicFilter.StartsWith("no/"u8))
            {
                subscribing.Deny(ReasonCode.QuotaExceeded);
            }
            else if (subscribing.TopicFilter.SequenceEqual("low"u8))
            {
                subscribing.LimitQoS(QualityOfService.AtLeastOnce);
            }
        },
    });
}
