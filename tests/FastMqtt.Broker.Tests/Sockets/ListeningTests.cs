// Which addresses a broker listens on: unix sockets, names, interfaces, both versions of IP. Over real sockets.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Sockets;

public sealed class ListeningTests
{
    [Fact]
    public async Task A_unix_socket_serves_clients_and_is_gone_after_the_end()
    {
        string folder = Directory.CreateTempSubdirectory("unix").FullName;
        string path = Path.Combine(folder, "broker.sock");
        using var log = new LineLog();
        var listener = new ListenerOptions
        {
            UnixSocketPath = path,
            AllowAnonymous = true,
            MaximumConnectionsPerAddress = 1,
        };
        await using (MqttBroker broker = Start([listener], log))
        {
            var bound = Assert.IsType<UnixDomainSocketEndPoint>(Assert.Single(broker.EndPoints));
            Assert.Equal(path, bound.ToString());
            Assert.Same(bound, Assert.Single(Assert.Single(broker.Listeners).EndPoints));
            using WireClient one = await WireClient.ConnectAsync(bound, "one");
            using WireClient two = await WireClient.ConnectAsync(bound, "two"); // a unix socket has no address
            Assert.Contains("from unix as two", await log.WaitAsync("as two"), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(path));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task A_broker_that_cannot_bind_leaves_nothing_behind()
    {
        string folder = Directory.CreateTempSubdirectory("unix").FullName;
        string path = Path.Combine(folder, "broker.sock");
        ListenerOptions[] listeners =
        [
            new() { UnixSocketPath = path },
            new() { EndPoint = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1883) },
        ];
        SocketException failure = Assert.Throws<SocketException>(() => Start(listeners, NullLoggerFactory.Instance));
        Assert.Contains("192.0.2.1:1883", failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        await using MqttBroker second = Start([listeners[0]], NullLoggerFactory.Instance);
        await second.StopAsync(TimeSpan.FromSeconds(1));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task A_name_is_bound_at_all_its_addresses_with_one_port()
    {
        var listener = new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Any, 0),
            HostName = "localhost",
            AllowAnonymous = true,
        };
        await using MqttBroker broker = Start([listener], NullLoggerFactory.Instance);
        Assert.NotEmpty(broker.EndPoints);
        Assert.Single(broker.EndPoints.Select(endPoint => ((IPEndPoint)endPoint).Port).Distinct());
        for (int i = 0; i < broker.EndPoints.Count; i++)
        {
            Assert.True(IPAddress.IsLoopback(((IPEndPoint)broker.EndPoints[i]).Address));
            using WireClient client = await WireClient.ConnectAsync(broker.EndPoints[i], $"client {i}");
        }
    }

    [Fact]
    public async Task An_interface_is_bound_at_its_addresses()
    {
        var listener = new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.IPv6Any, 0),
            BindInterface = "lo",
            AllowAnonymous = true,
        };
        await using MqttBroker broker = Start([listener], NullLoggerFactory.Instance);
        var first = (IPEndPoint)broker.EndPoints[0];
        Assert.Equal(IPAddress.Loopback, first.Address);
        using WireClient client = await WireClient.ConnectAsync(first, "any");
    }

    [Theory]
    [InlineData("nonesuch0", "0.0.0.0", "nonesuch0")]
    [InlineData("lo", "192.0.2.1", "no address like 192.0.2.1")]
    public void An_interface_without_such_an_address_fails_the_start(string name, string address, string message)
    {
        var listener = new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Parse(address), 0),
            BindInterface = name,
        };
        SocketException failure = Assert.Throws<SocketException>(() => Start([listener], NullLoggerFactory.Instance));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_addresses_are_those_of_IPv4_too()
    {
        var listener = new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.IPv6Any, 0), AllowAnonymous = true };
        await using MqttBroker broker = Start([listener], NullLoggerFactory.Instance);
        int port = ((IPEndPoint)broker.EndPoints[0]).Port;
        using WireClient client = await WireClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), "four");
    }

    [Fact]
    public async Task A_listener_without_an_address_has_no_socket()
    {
        var listener = new ListenerOptions { AllowAnonymous = true };
        await using MqttBroker broker = Start([listener], NullLoggerFactory.Instance);
        Assert.Empty(broker.EndPoints);
    }

    [Theory]
    [InlineData("a/#")]
    [InlineData("+/")]
    public void A_mount_point_is_a_topic(string mountPoint)
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        var listener = new ListenerOptions { EndPoint = endPoint, MountPoint = mountPoint };
        Assert.Throws<ArgumentOutOfRangeException>(() => Start([listener], NullLoggerFactory.Instance));
    }

    [Fact]
    public void The_prefix_of_made_identifiers_has_a_limit()
    {
        var listener = new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AutoIdPrefix = new string('x', Limits.AutoIdPrefixBytes + 1),
        };
        Assert.Throws<ArgumentOutOfRangeException>(() => Start([listener], NullLoggerFactory.Instance));
    }

    private static MqttBroker Start(
        IEnumerable<ListenerOptions> listeners, Microsoft.Extensions.Logging.ILoggerFactory loggers)
    {
        var options = new BrokerOptions { Dispatchers = 2, Poller = TestPoller.Kind };
        foreach (ListenerOptions listener in listeners)
        {
            options.Listeners.Add(listener);
        }

        return MqttBroker.Start(options, loggers);
    }
}
