// haproxy in front of the broker, with both versions of its PROXY protocol, over IPv4 and unix sockets. Needs haproxy
// on the path; says so and is skipped where it is missing.

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Sockets;

public sealed class HaproxyTests
{
    [Theory]
    [InlineData("send-proxy")]
    [InlineData("send-proxy-v2")]
    public async Task The_broker_sees_the_clients_behind_haproxy(string option)
    {
        string program = Program();
        using var log = new LineLog();
        await using MqttBroker broker = Start(log);
        var target = (IPEndPoint)broker.EndPoints[0];
        await using Haproxy proxy = await Haproxy.StartAsync(program, $"{target} {option}");
        using WireClient client = await WireClient.ConnectAsync(proxy.EndPoint, "behind");
        string line = await log.WaitAsync("as behind");
        Assert.Contains($"from {client.LocalEndPoint} as behind", line, StringComparison.Ordinal);
        using WireClient other = await WireClient.ConnectAsync(proxy.EndPoint, "other");
        line = await log.WaitAsync("as other");
        Assert.Contains($"from {other.LocalEndPoint} as other", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_passes_by_haproxy_is_closed()
    {
        using var log = new LineLog();
        await using MqttBroker broker = Start(log);
        using WireClient client = await WireClient.OpenAsync(broker.EndPoints[0]);
        await client.SendAsync(Harness.Packets.Connect(Protocol.ProtocolVersion.Mqtt311, "direct"));
        Assert.Empty(await client.ReceiveAsync(1));
        await log.WaitAsync("has no PROXY header that is valid");
    }

    [Fact]
    public async Task The_health_check_of_haproxy_is_no_error()
    {
        string program = Program();
        using var log = new LineLog();
        await using MqttBroker broker = Start(log);
        var target = (IPEndPoint)broker.EndPoints[0];
        await using Haproxy proxy = await Haproxy.StartAsync(
            program, $"{target} send-proxy-v2 check check-send-proxy inter 50ms");
        using WireClient client = await WireClient.ConnectAsync(proxy.EndPoint, "checked");
        Assert.StartsWith("New client connected", await log.WaitAsync("checked"), StringComparison.Ordinal);
    }

    private static string Program()
    {
        string folders = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin";
        string? program = folders.Split(':')
            .Select(folder => Path.Combine(folder, "haproxy"))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "haproxy is not installed");
        return program!;
    }

    private static MqttBroker Start(LineLog log)
    {
        var options = new BrokerOptions { Dispatchers = 2, Poller = TestPoller.Kind };
        options.Listeners.Add(new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
            ProxyProtocol = true,
            TrustedProxies = ["127.0.0.0/8"],
        });
        return MqttBroker.Start(options, log);
    }

    private sealed class Haproxy : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly string _folder;

        private Haproxy(Process process, string folder, IPEndPoint endPoint)
        {
            _process = process;
            _folder = folder;
            EndPoint = endPoint;
        }

        public IPEndPoint EndPoint { get; }

        /// <summary>Starts one that passes on to the server, on a port that is free.</summary>
        public static async Task<Haproxy> StartAsync(string program, string server)
        {
            for (int attempt = 0; ; attempt++)
            {
                int port = FreePort();
                string folder = Directory.CreateTempSubdirectory("haproxy").FullName;
                string file = Path.Combine(folder, "haproxy.cfg");
                await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
                    global
                    defaults
                      mode tcp
                      timeout connect 10s
                      timeout client 60s
                      timeout server 60s
                    frontend mqtt
                      bind 127.0.0.1:{port}
                      default_backend brokers
                    backend brokers
                      server broker {server}

                    """));
                Process process = Process.Start(new ProcessStartInfo(program, ["-db", "-q", "-f", file])
                {
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                })!;
                var proxy = new Haproxy(process, folder, new IPEndPoint(IPAddress.Loopback, port));
                if (await proxy.IsUpAsync())
                {
                    return proxy;
                }

                string error = await process.StandardError.ReadToEndAsync();
                await proxy.DisposeAsync();
                Assert.True(attempt < 5, error); // another process may have taken the port
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            await _process.WaitForExitAsync();
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }

        // A moment's listening socket: haproxy chooses no port itself that it could tell.
        private static int FreePort()
        {
            using var socket = new TcpListener(IPAddress.Loopback, 0);
            socket.Start();
            return ((IPEndPoint)socket.LocalEndpoint).Port;
        }

        private async Task<bool> IsUpAsync()
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
            while (!_process.HasExited)
            {
                try
                {
                    using WireClient probe = await WireClient.OpenAsync(EndPoint);
                    return !_process.HasExited;
                }
                catch (SocketException)
                {
                    await Task.Delay(20, limit.Token);
                }
            }

            return false;
        }
    }
}
