// The option that chooses the poller: what each kind means, and that a broker over the runtime's sockets serves clients
// of all its dispatchers, behind a proxy and on a unix socket too.

using System.Net;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using FastMqtt.Transport.Linux;
using FastMqtt.Transport.Portable;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Sockets;

public sealed class PollerKindTests
{
    [Fact]
    public void The_kinds_are_what_they_say()
    {
        Assert.IsType<PortableSockets>(PollerKind.Portable.NewSockets());
        if (OperatingSystem.IsLinux())
        {
            Assert.IsType<EpollSockets>(PollerKind.Automatic.NewSockets());
            Assert.IsType<EpollSockets>(PollerKind.Epoll.NewSockets());
        }
        else
        {
            Assert.IsType<PortableSockets>(PollerKind.Automatic.NewSockets());
            Assert.Throws<ArgumentException>(() => PollerKind.Epoll.NewSockets());
        }

        var options = new BrokerOptions { Poller = (PollerKind)9 };
        Assert.Throws<ArgumentOutOfRangeException>(() => MqttBroker.Start(options, NullLoggerFactory.Instance));
    }

    [Fact]
    public async Task A_portable_broker_serves_clients_of_all_its_dispatchers()
    {
        string folder = Directory.CreateTempSubdirectory("portable").FullName;
        string path = Path.Combine(folder, "broker.sock");
        var options = new BrokerOptions { Dispatchers = 3, Poller = PollerKind.Portable };
        options.Listeners.Add(new() { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), AllowAnonymous = true });
        options.Listeners.Add(new() { UnixSocketPath = path, AllowAnonymous = true });
        await using (MqttBroker broker = MqttBroker.Start(options, NullLoggerFactory.Instance))
        {
            List<WireClient> clients = [];
            for (int i = 0; i < 12; i++)
            {
                clients.Add(await WireClient.ConnectAsync(broker.EndPoints[i % 2], $"client {i}"));
            }

            byte[] ping = [0xC0, 0];
            foreach (WireClient client in clients)
            {
                await client.SendAsync(ping);
                Assert.Equal("D000", Convert.ToHexString(await client.ReceiveAsync(2)));
                client.Dispose();
            }
        }

        Assert.False(File.Exists(path));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task A_proxy_header_that_comes_in_pieces_is_read_once_and_what_follows_it_is_the_clients()
    {
        var options = new BrokerOptions { Poller = PollerKind.Portable };
        options.Listeners.Add(new()
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
            ProxyProtocol = true,
        });
        using var log = new LineLog();
        await using MqttBroker broker = MqttBroker.Start(options, log);
        using WireClient client = await WireClient.OpenAsync(broker.EndPoints[0]);
        await client.SendAsync("PROXY TCP4 192.0.2.7 "u8.ToArray());
        await Task.Yield();
        byte[] rest = "192.0.2.1 4711 1883\r\n"u8.ToArray();
        await client.SendAsync([.. rest, .. Packets.Connect(ProtocolVersion.Mqtt311, "behind")]);
        Assert.Equal("20020000", Convert.ToHexString(await client.ReceiveAsync(4)));
        Assert.Contains("from 192.0.2.7:4711 as behind", await log.WaitAsync("as behind"), StringComparison.Ordinal);
    }
}
