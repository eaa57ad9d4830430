// The opening handshake: who is let in, with which sub-protocol, and what everybody else is told.
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using FastMqtt.WebSockets;
using Xunit;

namespace FastMqtt.Tests.WebSockets;

public class UpgradeTests
{
    private const string Right =
        "GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Protocol: mqtt\r\n\r\n";

    [Theory]
    [InlineData("mqtt", "mqtt")]
    [InlineData("mqttv3.1", "mqttv3.1")]
    [InlineData("mqttv3.1, mqtt", "mqtt")]
    [InlineData("soap, mqtt", "mqtt")]
    public async Task sub_protocol_is_chosen_from_what_is_offered(string offered, string chosen)
    {
        // [MQTT-6.0.0-3] [MQTT-6.0.0-4]
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        string answer = await AskAsync(broker, Right.Replace("Protocol: mqtt", "Protocol: " + offered));
        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        Assert.Contains($"Sec-WebSocket-Protocol: {chosen}\r\n", answer, StringComparison.Ordinal);

        // RFC 6455, section 1.3: the answer to that key.
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Protocol: mqtt", "Sec-WebSocket-Protocol: soap", 400)]
    [InlineData("Sec-WebSocket-Protocol: mqtt", "Sec-WebSocket-Protocol: MQTT", 400)]
    [InlineData("Sec-WebSocket-Protocol: mqtt", "X: x", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZQ==", 400)]
    [InlineData("dGhlIHNhbXBsZSBub25jZQ==", "not base64 at all", 400)]
    [InlineData("Sec-WebSocket-Key", "X", 400)]
    [InlineData("Version: 13", "Version: 8", 426)]
    [InlineData("Upgrade: websocket", "X: x", 426)]
    [InlineData("Upgrade: websocket", "Upgrade: h2c", 426)]
    [InlineData("Connection: keep-alive, Upgrade", "Connection: close", 426)]
    [InlineData("GET /mqtt HTTP/1.1", "HEAD /mqtt HTTP/1.1", 426)]
    [InlineData("GET /mqtt HTTP/1.1", "GET /other HTTP/1.1", 404)]
    [InlineData("GET /mqtt HTTP/1.1", "GET /mqtt HTTP/9.9", 505)]
    [InlineData("GET /mqtt HTTP/1.1", "\u0010\u000c nonsense", 400)]
    public async Task wrong_request_is_told_what_is_wrong(string part, string wrong, int status)
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback()) { Path = "/mqtt" });
        string answer = await AskAsync(broker, Right.Replace(part, wrong));
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        if (status == 426)
        {
            Assert.Contains("Upgrade: websocket\r\n", answer, StringComparison.Ordinal);
            Assert.Contains("Sec-WebSocket-Version: 13\r\n", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/mqtt")]
    [InlineData("/any/thing?token=1")]
    public async Task any_path_is_answered_when_none_is_configured(string path)
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        Assert.StartsWith(
            "HTTP/1.1 101 ", await AskAsync(broker, Right.Replace("/mqtt", path)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task path_is_compared_without_its_query()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback()) { Path = "/mqtt" });
        Assert.StartsWith(
            "HTTP/1.1 101 ", await AskAsync(broker, Right.Replace("/mqtt", "/mqtt?a=b")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.org", true)]
    [InlineData("https://other.example.org", true)]
    [InlineData("https://example.org.evil.test", false)]
    [InlineData("https://EXAMPLE.org", false)]
    [InlineData("null", false)]
    [InlineData(null, false)]
    public async Task only_configured_origins_are_let_in(string? origin, bool isAllowed)
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback())
            {
                Origins = ["https://example.org", "https://other.example.org"],
            });
        string request = origin is null ? Right : Right.Replace("Host: x", $"Host: x\r\nOrigin: {origin}");
        string answer = await AskAsync(broker, request);
        Assert.StartsWith(isAllowed ? "HTTP/1.1 101 " : "HTTP/1.1 403 ", answer, StringComparison.Ordinal);
        string log = await broker.StopAsync();
        Assert.Equal(!isAllowed, log.Contains("denied: origin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task any_origin_is_let_in_when_none_is_configured()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        using ClientWebSocket client = await broker.OpenAsync(
            socket => socket.Options.SetRequestHeader("Origin", "https://anywhere.test"));
        await client.ConnectAsync("c");
    }

    [Theory]
    [InlineData(0, 15_000, 101)]
    [InlineData(0, 17_000, 431)]
    [InlineData(1_024, 500, 101)]
    [InlineData(1_024, 1_024, 431)]
    public async Task headers_have_a_limit(int limit, int cookie, int status)
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback()) { HeaderBytes = limit });
        string request = Right.Replace("Host: x", $"Host: x\r\nCookie: {new string('c', cookie)}");
        Assert.StartsWith($"HTTP/1.1 {status} ", await AskAsync(broker, request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task connection_beyond_the_maximum_is_told_503_until_one_goes()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback(maximumConnections: 1)));
        using ClientWebSocket first = await broker.OpenAsync();
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            await broker.RefusalAsync(socket => socket.Options.AddSubProtocol("mqtt")));
        await first.CloseAsync(WebSocketCloseStatus.NormalClosure, null, WebSocketBroker.Cancelled);
        while (!(await AskAsync(broker, Right)).StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /mqtt HTTP/1.1\r\nHost: x\r\n")]
    public async Task half_a_request_ends_at_the_time_out(string request)
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback()) { RequestTimeout = TimeSpan.FromSeconds(1) });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, broker.Port, WebSocketBroker.Cancelled);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), WebSocketBroker.Cancelled);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        string rest = await reader.ReadToEndAsync(WebSocketBroker.Cancelled)
            .WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled);
        Assert.True(rest.Length == 0 || rest.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), rest);
    }

    [Fact]
    public async Task ping_is_answered_and_quiet_connections_are_kept_alive()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback()) { KeepAlive = TimeSpan.FromMilliseconds(200) });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, broker.Port, WebSocketBroker.Cancelled);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Right), WebSocketBroker.Cancelled);
        await ReadHeadAsync(stream);

        // A ping of two bytes with a mask of zeros; its answer has the same two, and keep-alive frames have none.
        await stream.WriteAsync(new byte[] { 0x89, 0x82, 0, 0, 0, 0, 1, 2 }, WebSocketBroker.Cancelled);
        bool isAnswered = false;
        bool isKeptAlive = false;
        while (!isAnswered || !isKeptAlive)
        {
            byte[] head = new byte[2];
            await stream.ReadExactlyAsync(head, WebSocketBroker.Cancelled).AsTask()
                .WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled);
            Assert.Equal(0x8A, head[0]);
            byte[] data = new byte[head[1]];
            await stream.ReadExactlyAsync(data, WebSocketBroker.Cancelled);
            isAnswered |= data is [1, 2];
            isKeptAlive |= data.Length == 0;
        }
    }

    [Fact]
    public async Task unix_socket_serves_and_what_a_killed_broker_left_is_replaced()
    {
        string path = Path.Combine(Path.GetTempPath(), $"fastmqtt-{Guid.NewGuid():N}.sock");
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(path));
        }

        var options = new WebSocketListenerOptions(
            new Broker.ListenerOptions { UnixSocketPath = path, AllowAnonymous = true });
        await using (WebSocketBroker broker = await WebSocketBroker.StartAsync(options))
        {
            using ClientWebSocket client = await broker.OpenAsync();
            await client.ConnectAsync("by-unix-socket");
            Assert.Contains("from unix as by-unix-socket", await broker.StopAsync(), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task address_that_is_taken_is_named()
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync();
        var taken = new WebSocketListenerOptions(
            new Broker.ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, broker.Port) });
        SocketException failure = await Assert.ThrowsAsync<SocketException>(() => WebSocketBroker.StartAsync(taken));
        Assert.Contains($"127.0.0.1:{broker.Port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task new_options_hold_for_who_connects_from_now_on()
    {
        var options = new WebSocketListenerOptions(WebSocketBroker.Loopback());
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(options);
        using ClientWebSocket before = await broker.OpenAsync();
        broker.Server.Reload([options with { Origins = ["https://example.org"] }]);
        Assert.StartsWith("HTTP/1.1 403 ", await AskAsync(broker, Right), StringComparison.Ordinal);
        await before.ConnectAsync("still-here");
    }

    // The head of the answer.
    private static async Task<string> AskAsync(WebSocketBroker broker, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, broker.Port, WebSocketBroker.Cancelled);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), WebSocketBroker.Cancelled);
        return await ReadHeadAsync(stream);
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)
            && await stream.ReadAsync(one, WebSocketBroker.Cancelled).AsTask()
                .WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled) > 0)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
