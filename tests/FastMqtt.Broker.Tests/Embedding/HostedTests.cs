// A broker in a host: it starts and stops with it, and takes from its container what it needs.

using System.Net;
using System.Net.Sockets;
using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.Sockets;
using FastMqtt.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FastMqtt.Broker.Tests.Embedding;

public sealed class HostedTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_broker_runs_between_start_and_stop_of_the_host()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMqttBroker(options => options.Listeners.Add(EmbeddedBroker.Loopback()));
        builder.Services.AddHostedService<Probe>();
        using IHost host = builder.Build();
        InvalidOperationException early =
            Assert.Throws<InvalidOperationException>(host.Services.GetRequiredService<MqttBroker>);
        Assert.Contains("has not started", early.Message, StringComparison.Ordinal);
        await host.StartAsync(Cancelled);
        MqttBroker broker = host.Services.GetRequiredService<MqttBroker>();
        using WireClient client = await WireClient.ConnectAsync(broker.EndPoints[0], "c");
        await host.StopAsync(Cancelled).WaitAsync(Patience, Cancelled);
        Assert.Empty(await client.ReceiveAsync(1)); // a client of 3.1.1 cannot be told
        await Assert.ThrowsAsync<SocketException>(() => WireClient.OpenAsync(broker.EndPoints[0]));
    }

    [Fact]
    public async Task Options_come_from_the_configuration_and_from_code()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(
            """{ "Mqtt": { "Dispatchers": 2, "Listeners": [ { "Address": "127.0.0.1:0" } ] } }"""));
        builder.Configuration.AddJsonStream(json);
        builder.Services.AddMqttBroker(
            builder.Configuration.GetSection("Mqtt"), options => options.Listeners[0].AllowAnonymous = true);
        using IHost host = builder.Build();
        await host.StartAsync(Cancelled);
        MqttBroker broker = host.Services.GetRequiredService<MqttBroker>();
        using WireClient client = await WireClient.ConnectAsync(Assert.Single(broker.EndPoints), "c");
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task An_authenticator_of_the_container_decides_where_a_listener_has_none()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IAuthenticator, OnlyAlice>();
        builder.Services.AddMqttBroker(options => options.Listeners.Add(
            new ListenerOptions { Address = "127.0.0.1:0" }));
        using IHost host = builder.Build();
        await host.StartAsync(Cancelled);
        MqttBroker broker = host.Services.GetRequiredService<MqttBroker>();
        Assert.Equal("20020000", await AnswerAsync(broker, "alice"));
        Assert.Equal("20020005", await AnswerAsync(broker, "bob"));
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Hooks_of_the_container_are_asked_where_the_options_have_none()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(new BrokerHooks
        {
            Connecting = (ref ConnectingContext client) => client.Refuse(ReasonCode.Banned),
        });
        builder.Services.AddMqttBroker(options => options.Listeners.Add(EmbeddedBroker.Loopback()));
        using IHost host = builder.Build();
        await host.StartAsync(Cancelled);
        MqttBroker broker = host.Services.GetRequiredService<MqttBroker>();
        Assert.Equal("20020005", await AnswerAsync(broker, "alice"));
        await host.StopAsync(Cancelled);
    }

    [Fact]
    public async Task A_port_that_is_taken_fails_the_start_and_names_it()
    {
        await using EmbeddedBroker other = await EmbeddedBroker.StartAsync(EmbeddedBroker.Loopback());
        var taken = (IPEndPoint)other.Broker.EndPoints[0];
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMqttBroker(options => options.Listeners.Add(EmbeddedBroker.Loopback(taken.Port)));
        using IHost host = builder.Build();
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => host.StartAsync(Cancelled));
        Assert.Contains(taken.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_broker_stops_the_host()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        var logger = new FaultyLogger();
        builder.Services.AddSingleton<ILoggerFactory>(logger);
        builder.Services.AddMqttBroker(options => options.Listeners.Add(EmbeddedBroker.Loopback()));
        using IHost host = builder.Build();
        await host.StartAsync(Cancelled);
        var stopping = new TaskCompletionSource();
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
        logger.IsFaulty = true;
        MqttBroker broker = host.Services.GetRequiredService<MqttBroker>();
        using WireClient client = await WireClient.OpenAsync(broker.EndPoints[0]);
        await client.SendAsync(Packets.Connect(ProtocolVersion.Mqtt5, "c"));
        await stopping.Task.WaitAsync(Patience, Cancelled);
        logger.IsFaulty = false;
        await host.StopAsync(Cancelled);
    }

    private static async Task<string> AnswerAsync(MqttBroker broker, string user)
    {
        using WireClient client = await WireClient.OpenAsync(broker.EndPoints[0]);
        byte[] connect = Packets.WithUserName(Packets.Connect(ProtocolVersion.Mqtt311, user), user);
        await client.SendAsync(connect);
        return Convert.ToHexString(await client.ReceiveAsync(4));
    }

    // Starts after the broker and stops before it.
    private sealed class Probe(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            Assert.NotEmpty(services.GetRequiredService<MqttBroker>().EndPoints);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Assert.True(services.GetRequiredService<MqttBroker>().TryPublishSystem("$SYS/x"u8.ToArray(), []));
            return Task.CompletedTask;
        }
    }

    private sealed class OnlyAlice : IAuthenticator
    {
        public ValueTask<AuthenticationResult> AuthenticateAsync(
            AuthenticationRequest request, CancellationToken cancellation) =>
            new(request.UserName == "alice"
                ? AuthenticationResult.Accept(new ClientIdentity { UserName = "alice" })
                : AuthenticationResult.Refuse());
    }
}
