// CONNECT: Client Identifiers, connections that never become clients, many at once under one name, the normal end.

using System.Collections.Concurrent;
using FastMqtt.Broker.Access;
using MQTTnet;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class ConnectingTests
{
    [Fact]
    public async Task A_Client_Identifier_is_taken_as_it_is()
    {
        ConcurrentQueue<AuthenticationRequest> asked = [];
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(listener: new()
        {
            EndPoint = EmbeddedBroker.Anonymous().EndPoint,
            Authenticator = new Users(request =>
            {
                asked.Enqueue(request);
                return Users.Accepted(request);
            }),
        });
        await using InteropClient client =
            await broker.ConnectAsync(configure: o => o.WithClientId("the name").WithCredentials("ann", "secret"));
        Assert.True(string.IsNullOrEmpty(client.Connack.AssignedClientIdentifier));
        AuthenticationRequest request = Assert.Single(asked);
        Assert.Equal(("the name", "ann", "127.0.0.1"), (request.ClientId, request.UserName, $"{request.Address}"));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Without_a_Client_Identifier_the_broker_makes_one(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client = await broker.ConnectAsync(version, o => o.WithClientId(string.Empty));
        Assert.False(client.Connack.IsSessionPresent);
        Assert.Equal(
            version == MqttProtocolVersion.V500,
            client.Connack.AssignedClientIdentifier?.StartsWith("auto-", StringComparison.Ordinal) == true);
        Assert.Equal(1, broker.Connected);
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_closed()
    {
        await using EmbeddedBroker broker =
            await EmbeddedBroker.StartAsync(o => o.ConnectTimeout = TimeSpan.FromMilliseconds(200));
        using RawClient silent = await RawClient.OpenAsync(broker.EndPoint);
        Assert.Empty(await silent.ReceiveToEndAsync());
    }

    [Fact]
    public async Task A_connection_that_sends_garbage_is_closed()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        using RawClient loud = await RawClient.OpenAsync(broker.EndPoint);
        await loud.SendAsync("Garbage"u8.ToArray());
        Assert.Empty(await loud.ReceiveToEndAsync());
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task Of_many_that_connect_under_one_name_at_once_one_stays(MqttProtocolVersion version)
    {
        const int Attempts = 50;
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(o => o.Dispatchers = 2);
        InteropClient[] clients = [.. Enumerable.Range(0, Attempts).Select(_ => new InteropClient(false))];
        await Task.WhenAll(clients.Select(async client =>
        {
            try
            {
                await client.ConnectAsync(broker.ClientOptions(version, o => o.WithClientId("1")));
                await client.SubscribeAsync("topic", QoS.AtMostOnce);
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                // Taken over in the middle of it.
            }
        }));
        await Eventually.HoldsAsync(() => clients.Count(client => client.IsConnected) == 1);
        InteropClient last = Assert.Single(clients, client => client.IsConnected);
        await last.PingAsync();
        Assert.Equal(1, broker.Connected);

        await using InteropClient sender = await broker.ConnectAsync(version);
        await sender.PublishAsync("topic", "to the last one", QoS.AtMostOnce);
        Assert.Equal("to the last one", (await last.ReceiveAsync()).Text);
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task A_normal_end_leaves_no_client_no_session_and_no_complaint(MqttProtocolVersion version)
    {
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using (broker)
        {
            await using InteropClient client = await broker.ConnectAsync(version);
            Assert.Equal((1, 1), (broker.Connected, broker.Sessions));
            await client.DisconnectAsync();
            await Eventually.HoldsAsync(
                () => broker is { Connected: 0, Sessions: 0 });
        }

        Assert.Empty(broker.Complaints);
    }
}
