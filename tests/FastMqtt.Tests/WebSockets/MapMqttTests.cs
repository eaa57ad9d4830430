// MQTT over WebSocket in an ASP.NET Core application: the application's server, the broker's rules.
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using FastMqtt.AspNetCore;
using FastMqtt.Broker;
using FastMqtt.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FastMqtt.Tests.WebSockets;

public sealed class MapMqttTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpProtocols.Http1, false)]
    [InlineData(HttpProtocols.Http2, false)]
    [InlineData(HttpProtocols.Http1, true)]
    public async Task A_client_is_served_and_told_when_the_application_stops(HttpProtocols protocols, bool middleware)
    {
        // [MQTT-6.0.0-4]
        await using WebApplication application = await StartAsync(Open, protocols, middleware);
        using ClientWebSocket socket = await OpenAsync(application, protocols);
        Assert.Equal("mqtt", socket.SubProtocol);
        await socket.SendAsync(MqttBytes.Connect("c", 5), WebSocketMessageType.Binary, true, Cancelled);
        Assert.Equal(0x20, (await ReceiveAsync(socket))[0]);
        MqttBroker broker = application.Services.GetRequiredService<MqttBroker>();
        Assert.Equal("/mqtt", Assert.Single(broker.Listeners, listener => listener.Connections == 1).Name);
        Task stopping = application.StopAsync(Cancelled);
        byte[] told = await ReceiveAsync(socket);
        Assert.Equal(0xE0, told[0]);
        Assert.Equal((byte)ReasonCode.ServerShuttingDown, told[2]);
        WebSocketReceiveResult close =
            await socket.ReceiveAsync(new byte[10], Cancelled).WaitAsync(Patience, Cancelled);
        Assert.Equal(WebSocketMessageType.Close, close.MessageType);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        await stopping.WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task Nobody_comes_in_without_a_user_name_unless_that_is_allowed()
    {
        await using WebApplication application = await StartAsync(null);
        using ClientWebSocket socket = await OpenAsync(application);
        await socket.SendAsync(MqttBytes.Connect("c"), WebSocketMessageType.Binary, true, Cancelled);
        byte[] answer = await ReceiveAsync(socket);
        Assert.Equal(0x20, answer[0]);
        Assert.NotEqual(0, answer[3]);
    }

    [Fact]
    public async Task Text_frames_are_not_MQTT()
    {
        // [MQTT-6.0.0-1]
        await using WebApplication application = await StartAsync(Open);
        using ClientWebSocket socket = await OpenAsync(application);
        await socket.SendAsync(MqttBytes.Connect("c"), WebSocketMessageType.Text, true, Cancelled);
        await socket.ReceiveAsync(new byte[10], Cancelled).WaitAsync(Patience, Cancelled);
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, socket.CloseStatus);
    }

    [Theory]
    [InlineData("other", "https://good.example", HttpStatusCode.BadRequest)]
    [InlineData("mqtt", "https://bad.example", HttpStatusCode.Forbidden)]
    [InlineData("mqtt", null, HttpStatusCode.Forbidden)]
    public async Task Other_protocols_and_origins_are_refused(string protocol, string? origin, HttpStatusCode expected)
    {
        // [MQTT-6.0.0-3]
        await using WebApplication application = await StartAsync(options =>
        {
            Open(options);
            options.Origins.Add("https://good.example");
        });
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.AddSubProtocol(protocol);
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(AddressOf(application), Cancelled));
        Assert.Equal(expected, socket.HttpStatusCode);
    }

    [Fact]
    public async Task A_plain_request_is_answered_and_other_paths_are_the_application_s()
    {
        await using WebApplication application = await StartAsync(Open);
        using var client = new HttpClient();
        var address = new UriBuilder(AddressOf(application)) { Scheme = "http" };
        using HttpResponseMessage answer = await client.GetAsync(address.Uri, Cancelled);
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        address.Path = "/hello";
        Assert.Equal("hello", await client.GetStringAsync(address.Uri, Cancelled));
    }

    private static void Open(WebSocketEndpointOptions options) => options.Listener.AllowAnonymous = true;

    private static async Task<WebApplication> StartAsync(
        Action<WebSocketEndpointOptions>? configure,
        HttpProtocols protocols = HttpProtocols.Http1,
        bool middleware = false)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Services.AddMqttBroker(
            options => options.Listeners.Add(new ListenerOptions { Address = "127.0.0.1:0" }));
        WebApplication application = builder.Build();
        if (middleware)
        {
            application.UseWebSockets();
        }

        application.MapMqtt("/mqtt", configure);
        application.MapGet("/hello", () => "hello");
        await application.StartAsync(Cancelled);
        return application;
    }

    private static Uri AddressOf(WebApplication application) =>
        new UriBuilder(application.Urls.Single()) { Scheme = "ws", Path = "/mqtt" }.Uri;

    private static async Task<ClientWebSocket> OpenAsync(
        WebApplication application, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        if (protocols == HttpProtocols.Http2)
        {
            socket.Options.HttpVersion = HttpVersion.Version20;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false });
        await socket.ConnectAsync(AddressOf(application), invoker, Cancelled).WaitAsync(Patience, Cancelled);
        return socket;
    }

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[1_000];
        WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, Cancelled).WaitAsync(Patience, Cancelled);
        return buffer[..result.Count];
    }
}
