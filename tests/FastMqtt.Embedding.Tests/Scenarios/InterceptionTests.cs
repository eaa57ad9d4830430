// What the host changes or forbids: connections, messages, subscriptions, deliveries; and clients it disconnects in the
// middle of their packets.

using System.Text;
using FastMqtt.Broker;
using FastMqtt.Broker.Hooks;
using FastMqtt.Protocol;
using MQTTnet;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class InterceptionTests
{
    private static readonly ClientItem<string> DefaultPayload = new();
    private static readonly ClientItem<bool> MaySubscribe = new();

    private readonly Events _events = new();

    [Fact]
    public async Task A_client_may_be_refused_with_a_reason()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Connecting = (ref ConnectingContext context) => context.Refuse(ReasonCode.ServerMoved, "to another house"),
        });
        MqttClientConnectResult answer = await broker.TryConnectAsync();
        Assert.Equal(MqttClientConnectResultCode.ServerMoved, answer.ResultCode);
        Assert.Equal("to another house", answer.ReasonString);
    }

    [Fact]
    public async Task The_host_sees_both_ends_of_a_connection()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Connecting = (ref ConnectingContext context) =>
                _events.Add($"{context.Client.Listener} {context.Client.Peer.ToIPAddress()}"),
        });
        await using InteropClient client = await broker.ConnectAsync();
        await _events.AreAsync("127.0.0.1:0 127.0.0.1"); // a listener is called what its options say
    }

    [Fact]
    public async Task A_message_may_go_to_another_topic()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Publishing = (ref PublishingContext context) => context.SetTopic("new_topic"),
        });
        await using InteropClient client = await broker.ConnectAsync();
        await client.SubscribeAsync("#", QoS.AtMostOnce);
        await client.PublishAsync("original_topic", "", QoS.AtMostOnce);
        Assert.Equal("new_topic", (await client.ReceiveAsync()).Topic);
    }

    [Fact]
    public async Task A_message_may_get_another_payload()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Publishing = (ref PublishingContext context) => context.SetPayload("extended"u8),
        });
        await using InteropClient client = await broker.ConnectAsync();
        await client.SubscribeAsync("test", QoS.AtMostOnce);
        await client.PublishAsync("test", "", QoS.AtMostOnce);
        Assert.Equal("extended", (await client.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task A_subscription_may_be_denied_with_a_reason_and_gets_no_retained_message()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Subscribing = (ref SubscribingContext context) =>
            {
                if (context.TopicFilter.SequenceEqual("n"u8))
                {
                    context.Deny(ReasonCode.TopicFilterInvalid);
                }
            },
        });
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("y", "x", QoS.AtLeastOnce, retain: true);
        await client.PublishAsync("n", "x", QoS.AtLeastOnce, retain: true);
        await using InteropClient later = await broker.ConnectAsync();
        MqttClientSubscribeResult answer =
            await later.TrySubscribeAsync(o => o.WithTopicFilter("y").WithTopicFilter("n"));
        Assert.Equal(
            [MqttClientSubscribeResultCode.GrantedQoS0, MqttClientSubscribeResultCode.TopicFilterInvalid],
            answer.Items.Select(item => item.ResultCode));
        ReceivedMessage[] received = await EmbeddedBroker.ReceivedBeforeMarkerAsync(client, later);
        Assert.Equal(["y"], received.Select(message => message.Topic));
    }

    [Fact]
    public async Task The_User_Properties_of_a_subscription_can_be_read()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Subscribing = (ref SubscribingContext context) =>
            {
                foreach (UserProperty property in context.UserProperties)
                {
                    _events.Add($"{property.GetNameString()}={property.GetValueString()}");
                }
            },
        });
        await using InteropClient client = await broker.ConnectAsync();
        await client.SubscribeAsync(
            o => o.WithTopicFilter("X").WithUserProperty("A", "1"u8.ToArray()), QoS.AtMostOnce);
        await _events.AreAsync("A=1");
    }

    [Fact]
    public async Task A_delivery_may_be_skipped_for_one_of_several_receivers()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Delivering = (ref DeliveringContext context) =>
            {
                if (context.Client.ClientId == "Two" && context.Topic.SequenceEqual("A"u8))
                {
                    context.Skip();
                }
            },
        });
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishAsync("A", "retained", QoS.AtLeastOnce, retain: true);
        Assert.Equal(["retained", "live"], await ReceivedByAsync("One"));
        Assert.Empty(await ReceivedByAsync("Two"));
        Assert.Equal(["retained", "live"], await ReceivedByAsync("Three"));

        async Task<IEnumerable<string>> ReceivedByAsync(string name)
        {
            await using InteropClient receiver = await broker.ConnectAsync(configure: o => o.WithClientId(name));
            await receiver.SubscribeAsync("A", QoS.AtLeastOnce);
            await sender.PublishAsync("A", "live", QoS.AtLeastOnce);
            ReceivedMessage[] received = await EmbeddedBroker.ReceivedBeforeMarkerAsync(sender, receiver);
            return received.Select(message => message.Text);
        }
    }

    [Fact]
    public async Task Values_that_the_host_keeps_with_a_connection_are_there_for_its_other_hooks()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Connecting = (ref ConnectingContext context) =>
            {
                DefaultPayload.Set(context.Client, "Hello World");
                MaySubscribe.Set(context.Client, true);
            },
            Subscribing = (ref SubscribingContext context) =>
            {
                if (!MaySubscribe.TryGet(context.Client, out bool may) || !may)
                {
                    context.Deny();
                }
            },
            Publishing = (ref PublishingContext context) => context.SetPayload(
                DefaultPayload.TryGet(context.Client!, out string? text) ? Encoding.UTF8.GetBytes(text) : []),
        });
        await using InteropClient receiver = await broker.ConnectAsync(configure: o => o.WithClientId("receiver"));
        await receiver.SubscribeAsync("x", QoS.AtMostOnce);
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishAsync("x", "", QoS.AtMostOnce);
        Assert.Equal("Hello World", (await receiver.ReceiveAsync()).Text);
        ClientConnection? shown = await broker.Broker.Administration.GetConnectionAsync(
            "receiver", TestContext.Current.CancellationToken);
        Assert.True(MaySubscribe.TryGet(shown!, out bool kept) && kept);
    }

    [Theory]
    [InlineData("publish")]
    [InlineData("subscribe")]
    [InlineData("unsubscribe")]
    public async Task A_client_may_be_disconnected_in_the_middle_of_what_it_does(string what)
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Publishing = (ref PublishingContext context) => DisconnectIf("publish", context.Client!),
            Subscribing = (ref SubscribingContext context) => DisconnectIf("subscribe", context.Client),
            Unsubscribed = (in UnsubscribedNotice notice) => DisconnectIf("unsubscribe", notice.Client),
        });
        await using InteropClient client = await broker.ConnectAsync();
        try
        {
            await client.TrySubscribeAsync(o => o.WithTopicFilter("#"));
            await client.TryPublishAsync(m => m.WithTopic("t").WithQualityOfServiceLevel(QoS.AtLeastOnce));
            await client.UnsubscribeAsync("#");
        }
        catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
        {
            // The rest of it was too late.
        }

        MqttClientDisconnectedEventArgs end = await client.DisconnectedByBrokerAsync();
        Assert.Equal(MqttClientDisconnectReason.AdministrativeAction, end.Reason);

        void DisconnectIf(string happens, ClientConnection connection)
        {
            if (happens == what)
            {
                connection.Disconnect();
            }
        }
    }

    private static Task<EmbeddedBroker> StartAsync(BrokerHooks hooks) =>
        EmbeddedBroker.StartAsync(options => options.Hooks = hooks);
}
