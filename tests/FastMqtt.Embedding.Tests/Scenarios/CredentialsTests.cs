// User names and passwords: who is refused with which reason, and that a refused client harms nobody.

using System.Collections.Concurrent;
using FastMqtt.Broker;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;
using MQTTnet;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class CredentialsTests
{
    private const byte UserNameFlag = 0x80;
    private const byte PasswordFlag = 0x40;
    private const byte CleanSession = 0x02;

    [Theory]
    [InlineData("", null)]
    [InlineData("", "")]
    [InlineData(null, null)]
    public async Task Anybody_may_come_in_where_that_is_allowed_with_an_empty_name_too(string? name, string? password)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        await using InteropClient client =
            await broker.ConnectAsync(MqttProtocolVersion.V311, o => o.WithCredentials(name, password));
        Assert.False(client.Connack.IsSessionPresent);
    }

    [Theory]
    [InlineData("ann", "wrong", MqttProtocolVersion.V311)]
    [InlineData("bob", "secret", MqttProtocolVersion.V311)]
    [InlineData("bob", "wrong", MqttProtocolVersion.V311)]
    [InlineData("bob", "wrong", MqttProtocolVersion.V500)]
    public async Task A_wrong_name_or_password_is_refused_as_such(
        string name, string password, MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await StartAsync(request =>
            request.UserName == "ann" && Users.PasswordOf(request) == "secret"
                ? Users.Accepted(request)
                : AuthenticationResult.Refuse(ReasonCode.BadUserNameOrPassword));
        MqttClientConnectResult answer = await broker.TryConnectAsync(version, o => o.WithCredentials(name, password));
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, answer.ResultCode);
        await using InteropClient ann =
            await broker.ConnectAsync(version, o => o.WithCredentials("ann", "secret"));
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task Whoever_is_not_authorized_is_told_so(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await StartAsync(_ => AuthenticationResult.Refuse());
        MqttClientConnectResult answer = await broker.TryConnectAsync(version, o => o.WithCredentials("ann", "secret"));
        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, answer.ResultCode);
    }

    [Theory]
    [MemberData(nameof(Versions.All), MemberType = typeof(Versions))]
    public async Task A_refused_client_does_not_take_over_the_session_of_its_name(MqttProtocolVersion version)
    {
        await using EmbeddedBroker broker = await StartAsync(request => request.UserName == "SECRET"
            ? Users.Accepted(request)
            : AuthenticationResult.Refuse(ReasonCode.NotAuthorized));
        await using InteropClient valid = await broker.ConnectAsync(
            version, o => o.WithClientId("CLIENT").WithCredentials("SECRET", "x"));
        await valid.PublishAsync("t", "HELLO 1", QoS.AtLeastOnce);
        MqttClientConnectResult answer = await broker.TryConnectAsync(
            version, o => o.WithClientId("CLIENT").WithCredentials("???", "x"));
        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, answer.ResultCode);
        await valid.PublishAsync("t", "HELLO 2", QoS.AtLeastOnce);
        await valid.PublishAsync("t", "HELLO 3", QoS.AtLeastOnce);
        Assert.True(valid.IsConnected);
        Assert.Equal((1, 3), (broker.Connected, broker.Received));
    }

    [Fact]
    public async Task The_host_can_keep_a_second_client_of_the_same_name_out()
    {
        ConcurrentDictionary<string, bool> known = [];
        await using EmbeddedBroker broker = await StartAsync(request => known.TryAdd(request.ClientId, true)
            ? Users.Accepted(request)
            : AuthenticationResult.Refuse(ReasonCode.BadUserNameOrPassword));
        await using InteropClient first =
            await broker.ConnectAsync(configure: o => o.WithClientId("same").WithCredentials("a", "b"));
        await first.SubscribeAsync("topic", QoS.AtLeastOnce);
        MqttClientConnectResult second =
            await broker.TryConnectAsync(configure: o => o.WithClientId("same").WithCredentials("a", "b"));
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, second.ResultCode);
        await first.PublishAsync("topic", "still here", QoS.AtLeastOnce);
        Assert.Equal("still here", (await first.ReceiveAsync()).Text);
    }

    // [MQTT3-3.1.2-22] a password needs a user name in 3.1.1
    [Fact]
    public async Task A_password_without_a_user_name_ends_a_3_1_1_connection()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        using RawClient client = await RawClient.OpenAsync(broker.EndPoint);
        await client.SendAsync(Bytes.Connect("c", PasswordFlag | CleanSession, ""));
        Assert.Empty(await client.ReceiveToEndAsync());
        using RawClient both = await RawClient.OpenAsync(broker.EndPoint);
        await both.SendAsync(Bytes.Connect("c", UserNameFlag | PasswordFlag | CleanSession, "", ""));
        Assert.Equal(Bytes.Connack, await both.ReceiveAsync(Bytes.Connack.Length));
    }

    private static Task<EmbeddedBroker> StartAsync(Func<AuthenticationRequest, AuthenticationResult> decide) =>
        EmbeddedBroker.StartAsync(
            options => options.LoginDelay = TimeSpan.Zero,
            new ListenerOptions
            {
                EndPoint = EmbeddedBroker.Anonymous().EndPoint,
                Authenticator = new Users(decide),
            });
}
