// X-Forwarded-For is believed from the right, and only as long as the hop before is one of ours.
using System.Net;
using System.Net.WebSockets;
using FastMqtt.WebSockets;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace FastMqtt.Tests.WebSockets;

public class ForwardedForTests
{
    private static readonly IPNetwork[] Ours = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("fd00::/8")];

    [Theory]
    [InlineData("10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "203.0.113.7:4711", "203.0.113.7")]
    [InlineData("10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("10.0.0.1", "2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("fd00::1", "203.0.113.7", "203.0.113.7")]
    [InlineData("10.0.0.1", "1.1.1.1, 203.0.113.7", "203.0.113.7")] // the left one is made up by the client
    [InlineData("10.0.0.1", "1.1.1.1, 203.0.113.7, 10.0.0.2", "203.0.113.7")]
    [InlineData("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3")] // all ours: the client is one of us
    [InlineData("10.0.0.1", "203.0.113.7, unknown, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "unknown", "10.0.0.1")]
    [InlineData("10.0.0.1", " , ,", "10.0.0.1")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    [InlineData("203.0.113.9", "1.1.1.1", "203.0.113.9")] // not ours: forged
    public void right_most_hop_that_is_not_ours_is_the_client(string peer, string header, string client)
    {
        IPAddress? found = ForwardedFor.ClientOf(IPAddress.Parse(peer), header, Ours);
        Assert.Equal(IPAddress.Parse(client), found);
    }

    [Fact]
    public void several_headers_are_one_list()
    {
        var header = new StringValues(["1.1.1.1", "203.0.113.7", "10.0.0.2"]);
        Assert.Equal(
            IPAddress.Parse("203.0.113.7"), ForwardedFor.ClientOf(IPAddress.Parse("10.0.0.1"), header, Ours));
    }

    [Fact]
    public void nobody_is_believed_when_nobody_is_trusted()
    {
        Assert.Equal(IPAddress.Loopback, ForwardedFor.ClientOf(IPAddress.Loopback, "1.1.1.1", []));
        Assert.Null(ForwardedFor.ClientOf(null, "1.1.1.1", []));
    }

    [Fact]
    public void proxy_on_a_unix_socket_is_believed_when_proxies_are_expected() =>
        Assert.Equal(IPAddress.Parse("203.0.113.7"), ForwardedFor.ClientOf(null, "203.0.113.7", Ours));

    [Theory]
    [InlineData("127.0.0.0/8", "from 203.0.113.7:0 as c")]
    [InlineData("10.0.0.0/8", "from 127.0.0.1:")]
    public async Task broker_logs_and_judges_the_client_behind_the_proxy(string trusted, string logged)
    {
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback()) { TrustedProxies = [IPNetwork.Parse(trusted)] });
        using ClientWebSocket client = await broker.OpenAsync(
            socket => socket.Options.SetRequestHeader("X-Forwarded-For", "1.1.1.1, 203.0.113.7"));
        await client.ConnectAsync("c");
        Assert.Contains(logged, await broker.StopAsync(), StringComparison.Ordinal);
    }
}
