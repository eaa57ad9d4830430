// What the host is told: who came and went, what was subscribed and published, which sessions and messages ended.

using System.Text;
using FastMqtt.Broker;
using FastMqtt.Broker.Hooks;
using MQTTnet;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class NoticeTests
{
    private readonly Events _events = new();

    [Fact]
    public async Task Connected_says_who_it_is_and_where()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Connected = (in ConnectedNotice notice) =>
            {
                ClientConnection client = notice.Client;
                _events.Add($"{client.ClientId} {client.UserName} {client.Version} {client.Peer.ToIPAddress()}");
            },
        });
        await using InteropClient client = await broker.ConnectAsync(
            MqttProtocolVersion.V311, o => o.WithClientId("c").WithCredentials("TheUser", "ThePassword"));
        await _events.AreAsync("c TheUser Mqtt311 127.0.0.1");
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task Disconnected_says_who_has_ended_the_connection(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Disconnected = (in DisconnectedNotice notice) =>
                _events.Add($"{notice.Client.ClientId} {notice.Client.UserName} {notice.EndedBy}"),
        });
        await using InteropClient polite = await broker.ConnectAsync(
            version, o => o.WithClientId("polite").WithCredentials("TheUser", "ThePassword"));
        await polite.DisconnectAsync();
        await _events.AreAsync("polite TheUser Client");
        InteropClient lost = await broker.ConnectAsync(version, o => o.WithClientId("lost"));
        lost.Drop();
        await _events.AreAsync("polite TheUser Client", "lost  Network");
    }

    [Fact]
    public async Task A_Client_Identifier_that_the_broker_has_made_is_the_same_for_all()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Connected = (in ConnectedNotice notice) => _events.Add(notice.Client.ClientId),
            Disconnected = (in DisconnectedNotice notice) => _events.Add(notice.Client.ClientId),
        });
        await using InteropClient client = await broker.ConnectAsync(configure: o => o.WithClientId(string.Empty));
        await client.DisconnectAsync();
        string made = client.Connack.AssignedClientIdentifier;
        await _events.AreAsync(made, made);
    }

    [Fact]
    public async Task A_takeover_ends_the_older_connection_before_the_newer_one_is_in()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Connected = (in ConnectedNotice _) => _events.Add("c"),
            Disconnected = (in DisconnectedNotice _) => _events.Add("d"),
        });
        await using InteropClient older = await broker.ConnectAsync(configure: o => o.WithClientId("same"));
        await using InteropClient newer = await broker.ConnectAsync(configure: o => o.WithClientId("same"));
        await _events.AreAsync("c", "d", "c");
        await older.DisconnectedByBrokerAsync();
        await newer.SubscribeAsync("topic", QoS.AtLeastOnce);
        await newer.PublishAsync("topic", "", QoS.AtLeastOnce);
        await newer.ReceiveAsync();
        await newer.DisconnectAsync();
        await _events.AreAsync("c", "d", "c", "d");
    }

    [Fact]
    public async Task A_connection_that_the_end_of_the_broker_ends_is_told_too()
    {
        EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Disconnected = (in DisconnectedNotice notice) => _events.Add($"{notice.EndedBy} {notice.Reason}"),
        });
        await using InteropClient client = await broker.ConnectAsync();
        await broker.DisposeAsync();
        await _events.AreAsync("Broker ServerShuttingDown");
    }

    [Fact]
    public async Task Subscribing_and_Unsubscribed_say_what_and_for_whom()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Subscribing = (ref SubscribingContext context) => _events.Add(
                $"+ {context.GetTopicFilterString()} {context.QoS} " +
                $"{context.Client.ClientId} {context.Client.UserName}"),
            Unsubscribed = (in UnsubscribedNotice notice) => _events.Add(
                $"- {notice.GetTopicFilterString()} {notice.Client.ClientId} {notice.Client.UserName}"),
        });
        await using InteropClient client =
            await broker.ConnectAsync(configure: o => o.WithClientId("c").WithCredentials("TheUser"));
        await client.UnsubscribeAsync("The/Topic"); // there is none to end
        await client.SubscribeAsync("The/Topic", QoS.AtLeastOnce);
        await client.UnsubscribeAsync("The/Topic");
        await _events.AreAsync("+ The/Topic AtLeastOnce c TheUser", "- The/Topic c TheUser");
    }

    [Fact]
    public async Task Publishing_sees_messages_and_wills()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            Publishing = (ref PublishingContext context) => _events.Add(
                $"{context.GetTopicString()} {Encoding.UTF8.GetString(context.Payload)} " +
                $"{context.UserName} {context.IsWill}"),
        });
        InteropClient client = await broker.ConnectAsync(configure: o => o.WithCredentials("TheUser")
            .WithWillTopic("My/last/will").WithWillPayload("gone"));
        await client.PublishAsync("The_Topic", "The_Payload", QoS.AtLeastOnce);
        client.Drop();
        await _events.AreAsync("The_Topic The_Payload TheUser False", "My/last/will gone TheUser True");
    }

    [Fact]
    public async Task RetainedChanged_gives_what_a_host_would_keep()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            RetainedChanged = (in RetainedNotice notice) =>
                _events.Add($"{notice.GetTopicString()} {notice.Payload.Length} {notice.IsCleared}"),
        });
        await using InteropClient client = await broker.ConnectAsync();
        await client.PublishAsync("retained", "abc", QoS.AtLeastOnce, retain: true);
        await client.PublishAsync("retained", "", QoS.AtLeastOnce, retain: true);
        await _events.AreAsync("retained 3 False", "retained 0 True");
    }

    [Fact]
    public async Task SessionExpired_tells_of_the_end_of_a_session_that_was_kept()
    {
        await using EmbeddedBroker broker = await StartAsync(new BrokerHooks
        {
            SessionExpired = (in SessionExpiredNotice notice) => _events.Add(notice.GetClientId()),
        });
        await using InteropClient clean = await broker.ConnectAsync(configure: o => o.WithClientId("clean"));
        await clean.DisconnectAsync(); // a session that ends with its connection: Disconnected has said it
        InteropClient kept =
            await broker.ConnectAsync(configure: o => o.WithClientId("kept").WithSessionExpiryInterval(1));
        kept.Drop();
        await _events.AreAsync("kept");
    }

    [Fact]
    public async Task Dropped_says_who_does_not_get_which_message_and_why()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(options =>
        {
            options.MaximumQueuedMessages = 1;
            options.Hooks = new BrokerHooks
            {
                Dropped = (in DroppedNotice notice) =>
                    _events.Add($"{notice.GetClientId()} {notice.GetTopicString()} {notice.Reason} {notice.Count}"),
            };
        });
        InteropClient away =
            await broker.ConnectAsync(configure: o => o.WithClientId("away").WithSessionExpiryInterval(60));
        await away.SubscribeAsync("#", QoS.AtLeastOnce);
        away.Drop();
        await Eventually.HoldsAsync(() => broker.Connected == 0);
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishAsync("One", "", QoS.AtLeastOnce);
        await sender.PublishAsync("Two", "", QoS.AtLeastOnce);
        await _events.AreAsync("away Two QueueFull 1");
    }

    private static Task<EmbeddedBroker> StartAsync(BrokerHooks hooks) =>
        EmbeddedBroker.StartAsync(options => options.Hooks = hooks);
}
