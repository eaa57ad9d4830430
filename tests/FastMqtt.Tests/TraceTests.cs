// fastmqtt trace against a broker in this process: one client is seen, the other is not, and nobody else may look.
using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Hosting;
using FastMqtt.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Tests;

public sealed class TraceTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fastmqtt-");
    private readonly CancellationTokenSource _deadline = new(Limit);
    private MqttBroker _broker = null!;

    private string SocketPath => Path.Combine(_directory.FullName, TraceServer.SocketName);

    public ValueTask InitializeAsync()
    {
        var options = new BrokerOptions { Dispatchers = 2 };
        options.Listeners.Add(
            new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), AllowAnonymous = true });
        _broker = MqttBroker.StartAsync(options, NullLoggerFactory.Instance).GetAwaiter().GetResult();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _deadline.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task packets_of_one_client_are_shown_and_of_no_other()
    {
        using TraceServer server = Start()!;
        using Socket watched = await ConnectAsync("watched");
        using Socket other = await ConnectAsync("other");
        using StreamReader trace = await FollowAsync("""{"client":"watched"}""");
        await SubscribeAsync(other);
        await SubscribeAsync(watched);
        await PublishAsync(other, "ping");
        Assert.Equal("Received SUBSCRIBE from watched (m1, 'a/b')", await NextAsync(trace));
        Assert.Equal("Sending SUBACK to watched (m1)", await NextAsync(trace));
        Assert.Equal("Sending PUBLISH to watched (d0, q0, r0, m0, 'a/b', ... (4 bytes))", await NextAsync(trace));
        await PublishAsync(watched, "pong!");
        Assert.Equal("Received PUBLISH from watched (d0, q0, r0, m0, 'a/b', ... (5 bytes))", await NextAsync(trace));
    }

    [Theory]
    [InlineData("a/+", false, "\"payload\"", false)]
    [InlineData("#", true, "\"payload\":\"secret\"", true)]
    public async Task messages_of_a_topic_are_shown_and_payloads_only_when_asked_for(
        string filter, bool payload, string text, bool shown)
    {
        using TraceServer server = Start()!;
        using Socket client = await ConnectAsync("one");
        string asked = payload ? "true" : "false";
        using StreamReader trace = await FollowAsync($$"""{"topic":"{{filter}}","payload":{{asked}}}""");
        await SubscribeAsync(client);
        await PublishAsync(client, "secret");
        string line = (await trace.ReadLineAsync(_deadline.Token))!;
        Assert.Contains("Received PUBLISH from one", line, StringComparison.Ordinal);
        Assert.Equal(shown, line.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task socket_is_for_its_owner_alone_and_goes_with_the_broker()
    {
        using (TraceServer server = Start()!)
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(SocketPath).UnixFileMode);
        }

        Assert.False(File.Exists(SocketPath));
        await using (var left = new FileStream(SocketPath, FileMode.CreateNew))
        {
            left.WriteByte(1); // not a socket: it is somebody's
        }

        Assert.Null(Start());
        Assert.True(File.Exists(SocketPath));
    }

    [Fact]
    public async Task another_user_is_turned_away()
    {
        using TraceServer server = Start(peerUser: ProcessIdentity.User + 1)!;
        Assert.Contains("only root and the user of the broker", await AnswerAsync("{}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"client":5}""")]
    [InlineData("""{"topic":"a/#/b"}""")]
    public async Task request_that_makes_no_sense_is_refused(string request)
    {
        using TraceServer server = Start()!;
        Assert.Contains("\"error\"", await AnswerAsync(request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task command_ends_by_itself_and_prints_what_it_saw()
    {
        using TraceServer server = Start()!;
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = CommandLine.Run(["trace", "--socket", SocketPath, "--seconds", "1"], output, error);
        Assert.Equal(string.Empty, error.ToString());
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Contains("Trace began: client any, topic any", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            ExitCodes.Failure, CommandLine.Run(["trace", "--socket", SocketPath + "x"], output, error));
        Assert.NotEmpty(error.ToString());
        await Task.CompletedTask;
    }

    [Fact]
    public void path_is_in_the_directory_the_service_manager_made()
    {
        Assert.Equal("/run/fastmqtt/trace.sock", TraceServer.DefaultPath("/run/fastmqtt:/run/other"));
        Assert.Null(TraceServer.DefaultPath(null));
        Assert.Null(TraceServer.Start(_broker, string.Empty, NullLogger.Instance));
    }

    private TraceServer? Start(uint? peerUser = null) => TraceServer.Start(
        _broker, SocketPath, NullLogger.Instance, peerUser is null ? null : _ => peerUser);

    private async Task<StreamReader> FollowAsync(string request)
    {
        StreamReader reader = await AskAsync(request);
        Assert.Contains("Trace began", await NextAsync(reader), StringComparison.Ordinal);
        return reader;
    }

    private async Task<string> AnswerAsync(string request)
    {
        using StreamReader reader = await AskAsync(request);
        return (await reader.ReadLineAsync(_deadline.Token))!;
    }

    private async Task<StreamReader> AskAsync(string request)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), _deadline.Token);
        var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(request + "\n"), _deadline.Token);
        return new StreamReader(stream);
    }

    private async Task<string> NextAsync(StreamReader reader)
    {
        string line = (await reader.ReadLineAsync(_deadline.Token))!;
        using var parsed = System.Text.Json.JsonDocument.Parse(line);
        return parsed.RootElement.GetProperty("message").GetString()!;
    }

    private async Task<Socket> ConnectAsync(string identifier)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_broker.EndPoints[0], _deadline.Token);
        byte[] name = System.Text.Encoding.ASCII.GetBytes(identifier);
        byte[] connect =
        [
            0x10, (byte)(12 + name.Length), 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 0,
            0, (byte)name.Length, .. name,
        ];
        await socket.SendAsync(connect, _deadline.Token);
        await ExpectAsync(socket, [0x20, 2, 0, 0]);
        return socket;
    }

    private async Task SubscribeAsync(Socket socket)
    {
        byte[] subscribe = [0x82, 8, 0, 1, 0, 3, (byte)'a', (byte)'/', (byte)'b', 0];
        await socket.SendAsync(subscribe, _deadline.Token);
        await ExpectAsync(socket, [0x90, 3, 0, 1, 0]);
    }

    private async Task PublishAsync(Socket socket, string payload)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(payload);
        byte[] publish = [0x30, (byte)(5 + bytes.Length), 0, 3, (byte)'a', (byte)'/', (byte)'b', .. bytes];
        await socket.SendAsync(publish, _deadline.Token);
    }

    private async Task ExpectAsync(Socket socket, byte[] expected)
    {
        byte[] received = new byte[expected.Length];
        for (int count = 0; count < received.Length;)
        {
            count += await socket.ReceiveAsync(received.AsMemory(count), _deadline.Token);
        }

        Assert.Equal(expected, received);
    }
}
