// Which listeners a configuration makes, what belongs to which, and who may come in without a name.
using System.Net;
using FastMqtt.Broker;
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class ListenerTests
{
    [Fact]
    public void nothing_configured_is_loopback_with_anonymous_access() => Assert.All(
        Configured.Map("# nothing\n").Broker.Listeners, listener =>
        {
            Assert.True(IPAddress.IsLoopback(listener.EndPoint!.Address));
            Assert.Equal(1883, listener.EndPoint.Port);
            Assert.True(listener.AllowAnonymous);
        });

    [Theory]
    [InlineData("allow_anonymous false", false)]
    [InlineData("max_qos 1", true)]
    public void listeners_options_without_a_listener_hold_for_loopback(string line, bool allowed)
    {
        BrokerOptions broker = Configured.Map($"max_connections 5\n{line}").Broker;
        Assert.All(broker.Listeners, listener =>
        {
            Assert.True(IPAddress.IsLoopback(listener.EndPoint!.Address));
            Assert.Equal(5, listener.MaximumConnections);
            Assert.Equal(allowed, listener.AllowAnonymous);
        });
    }

    [Theory]
    [InlineData("listener 1884", false)]
    [InlineData("listener 1884\nallow_anonymous true", true)]
    [InlineData("allow_anonymous true\nlistener 1884", true)]
    [InlineData("allow_anonymous true\nlistener 1884\nlistener_allow_anonymous false", false)]
    [InlineData("port 1884", false)]
    [InlineData("bind_address ::1", false)]
    [InlineData("listener 1884 127.0.0.1", false)]
    public void configured_listener_asks_for_names(string content, bool allowed) =>
        Assert.Equal(allowed, Assert.Single(Configured.Map(content).Broker.Listeners).AllowAnonymous);

    [Fact]
    public void option_belongs_to_the_listener_above_it()
    {
        IList<ListenerOptions> listeners = Configured.Map(
            """
            listener 1884 127.0.0.1
            max_qos 1
            mount_point a/
            listener 1885 ::1 # not part of it
            max_qos 0
            listener 0 /run/mqtt.sock
            """).Broker.Listeners;
        Assert.Equal(["127.0.0.1:1884", "[::1]:1885", ""], listeners.Select(listener => $"{listener.EndPoint}"));
        Assert.Equal([1, 0, 2], listeners.Select(listener => (int)listener.MaximumQoS));
        Assert.Equal(["a/", null, null], listeners.Select(listener => listener.MountPoint));
        Assert.Equal("/run/mqtt.sock", listeners[2].UnixSocketPath);
    }

    [Fact]
    public void name_is_left_to_the_broker()
    {
        ListenerOptions listener = Configured.Map("listener 1884 localhost\nsocket_domain ipv4").Broker.Listeners[0];
        Assert.Equal("localhost", listener.HostName);
        Assert.Equal("0.0.0.0:1884", $"{listener.EndPoint}");
    }

    [Fact]
    public void default_listener_has_the_port_and_the_address()
    {
        ListenerOptions listener = Assert.Single(
            Configured.Map("port 1\nmax_qos 1\nport 1884\nbind_address 127.0.0.1").Broker.Listeners);
        Assert.Equal("127.0.0.1:1884", $"{listener.EndPoint}");
        Assert.Equal(1, (int)listener.MaximumQoS);
    }

    [Fact]
    public void stray_option_before_a_listener_makes_a_default_listener_and_is_told()
    {
        Settings settings = Configured.Read("\nmax_connections 5\nlistener 1884\n");
        Assert.Equal(["*:1883", "*:1884"], settings.Listeners.Select(listener => listener.Label));
        Assert.Equal(
            "line 2: a listener's option above the first listener makes one on port 1883",
            Assert.Single(settings.Notices).Text);
    }

    [Fact]
    public void with_per_listener_settings_access_belongs_to_the_listener()
    {
        Settings settings = Configured.Read(
            """
            per_listener_settings true
            listener 1884
            allow_anonymous true
            listener 1885
            auto_id_prefix x-
            """);
        Assert.Empty(settings.Problems);
        BrokerOptions broker = BrokerMapping.Map(settings, Configured.Access).Broker;
        Assert.Equal([true, false], broker.Listeners.Select(listener => listener.AllowAnonymous));
        Assert.Equal(["auto-", "x-"], broker.Listeners.Select(listener => listener.AutoIdPrefix));
    }

    [Theory]
    [InlineData("per_listener_settings true\nallow_anonymous true", "2: allow_anonymous must stand below a listener")]
    [InlineData("allow_anonymous true\nper_listener_settings true", "2: per_listener_settings must come before")]
    [InlineData("round_robin true", "1: round_robin must stand below a connection")]
    [InlineData("plugin_opt_key value", "1: plugin_opt_key must stand below a plugin")]
    [InlineData("connection a\nconnection a", "2: connection 'a' is there already")]
    [InlineData("bind_address ::1\nbind_address ::1", "2: bind_address is there already")]
    public void option_in_the_wrong_place_is_refused(string content, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Configured.ProblemsOf(content)), StringComparison.Ordinal);

    [Fact]
    public void per_listener_settings_cannot_be_taken_back()
    {
        Settings settings = Configured.Read("per_listener_settings true\nper_listener_settings false\nlistener 1884\n");
        Assert.True(settings.PerListener);
    }

    [Fact]
    public void http_api_is_left_out()
    {
        Settings settings = Configured.Read("listener 1884\nlistener 8080\nprotocol http_api\n");
        MappedSettings mapped = BrokerMapping.Map(settings, Configured.Access);
        Assert.Equal(1884, Assert.Single(mapped.Broker.Listeners).EndPoint!.Port);
        Assert.StartsWith(
            "line 3: option protocol http_api is not supported", settings.Notices[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void web_sockets_alone_do_not_open_the_loopback_port()
    {
        MappedSettings mapped = Configured.Map("listener 8080\nprotocol websockets\n");
        Assert.Equal(8080, Assert.Single(mapped.WebSockets).Listener.EndPoint!.Port);
        ListenerOptions none = Assert.Single(mapped.Broker.Listeners);
        Assert.Null(none.EndPoint);
        Assert.Null(none.UnixSocketPath);
    }

    [Fact]
    public void bridge_is_read_and_said_not_to_be_there()
    {
        string[] notices = Configured.NoticesOf(
            """
            listener 1884
            connection east
            address east.example:1883
            topic a/# out 1
            topic b/# out 1
            remote_password secret
            """);
        Assert.Equal(
            [
                "line 2: option connection is not supported (bridges come later)",
                "line 3: option address is not supported (bridges come later)",
                "line 4: option topic is not supported (bridges come later)",
                "line 6: option remote_password is not supported (bridges come later)",
            ],
            notices);
    }
}
