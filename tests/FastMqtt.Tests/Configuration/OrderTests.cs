// Who overrides whom: file, environment, command line.
using System.Net;
using FastMqtt.Broker;
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class OrderTests
{
    [Fact]
    public void command_line_overrides_environment_and_that_the_file()
    {
        ConfigurationInput input = With(("FASTMQTT_SYS_INTERVAL", "2"), ("FASTMQTT_MAX_KEEPALIVE", "2")) with
        {
            Sets = ["sys_interval=3"],
        };
        Settings settings = Configured.Read(input, "sys_interval 1\nmax_keepalive 1\nmax_packet_size 100\n");
        Assert.Equal("3 --set", Shown(settings.Global, "sys_interval"));
        Assert.Equal("2 FASTMQTT_MAX_KEEPALIVE", Shown(settings.Global, "max_keepalive"));
        Assert.EndsWith("test.conf:3", Shown(settings.Global, "max_packet_size"), StringComparison.Ordinal);
    }

    [Fact]
    public void listeners_option_from_outside_holds_for_all_listeners()
    {
        Settings settings = Configured.Read(
            With(("FASTMQTT_MAX_QOS", "1")), "listener 1884\nmax_qos 2\nlistener 1885\n");
        Assert.All(settings.Listeners, listener => Assert.Equal(1, listener.Settings.Number("max_qos")));
    }

    [Fact]
    public void set_after_a_set_listener_belongs_to_it()
    {
        Settings settings = Configured.Read("listener 1884\n", "max_qos=1", "listener=1885 ::1", "max_qos=0");
        Assert.Equal(["*:1884", "[::1]:1885"], settings.Listeners.Select(listener => listener.Label));
        Assert.Equal([1, 0], settings.Listeners.Select(l => BrokerQoS(l)));
    }

    [Fact]
    public void environment_can_make_listeners()
    {
        ConfigurationInput input = With(
            ("FASTMQTT_ALLOW_ANONYMOUS", "true"),
            ("FASTMQTT_LISTENER", "1884 ::1\n1885 ::1"),
            ("FASTMQTT_MAX_QOS", "1"));
        IList<ListenerOptions> listeners =
            BrokerMapping.Map(ConfigurationReader.Read(input), Configured.Access).Broker.Listeners;
        Assert.Equal([1884, 1885], listeners.Select(listener => listener.EndPoint!.Port));
        Assert.All(listeners, listener => Assert.True(listener.AllowAnonymous && (int)listener.MaximumQoS == 1));
    }

    [Theory]
    [InlineData("FASTMQTT_PER_LISTENER_SETTINGS", "true")]
    [InlineData("FASTMQTT_ALLOW_ANONYMOUS", "true")]
    public void access_from_outside_holds_for_all_listeners(string variable, string value)
    {
        ConfigurationInput input = With((variable, value)) with { Sets = ["allow_anonymous=true"] };
        Settings settings = Configured.Read(input, "listener 1884\nallow_anonymous false\nlistener 1885\n");
        Assert.Empty(settings.Problems);
        BrokerOptions broker = BrokerMapping.Map(settings, Configured.Access).Broker;
        Assert.All(broker.Listeners, listener => Assert.True(listener.AllowAnonymous));
    }

    [Fact]
    public void values_that_add_up_do_so_within_one_origin_only()
    {
        Settings settings = Configured.Read("log_type error\nlog_type warning\n", "log_type=debug", "log_type=notice");
        Assert.Equal(["debug", "notice"], settings.Global.Texts("log_type"));
    }

    [Fact]
    public void variable_with_a_point_has_a_low_line() => Assert.Equal(
        "TLS_AES_128_GCM_SHA256",
        ConfigurationReader.Read(With(("FASTMQTT_CIPHERS_TLS1_3", "TLS_AES_128_GCM_SHA256")))
            .Listeners[0].Settings.Text("ciphers_tls1.3"));

    [Theory]
    [InlineData("FASTMQTT_SERVICE_HOST", "10.0.0.1")]
    [InlineData("FASTMQTT_SERVICE_PORT_MQTT", "1883")]
    [InlineData("FASTMQTT_PORT", "tcp://10.0.0.1:1883")]
    [InlineData("FASTMQTT_PORT_1883_TCP_ADDR", "10.0.0.1")]
    [InlineData("MAX_QOS", "7")]
    public void variable_that_is_not_meant_for_it_is_passed_over(string name, string value)
    {
        Settings settings = ConfigurationReader.Read(With((name, value)));
        Assert.Empty(settings.Problems);
        Assert.Empty(settings.Notices);
        Assert.Equal(ListenerKind.Loopback, Assert.Single(settings.Listeners).Kind);
    }

    [Fact]
    public void variable_that_names_nothing_is_told() => Assert.Equal(
        "'FASTMQTT_MAX_QSO' in the environment names no option, did you mean FASTMQTT_MAX_QOS?",
        Assert.Single(ConfigurationReader.Read(With(("FASTMQTT_MAX_QSO", "1"))).Notices).Text);

    [Theory]
    [InlineData("max_qos", "--set: 'max_qos' is not option=value")]
    [InlineData("=1", "--set: '=1' is not option=value")]
    [InlineData("max_qso=1", "--set: unknown option 'max_qso', did you mean max_qos?")]
    [InlineData("max_qos=7", "--set: max_qos '7' is not a number from 0 to 2")]
    public void wrong_set_is_a_problem(string set, string expected) => Assert.Equal(
        expected, $"{Assert.Single(ConfigurationReader.Read(new ConfigurationInput { Sets = [set] }).Problems)}");

    [Fact]
    public void wrong_variable_is_a_problem() => Assert.Equal(
        "FASTMQTT_MAX_QOS: max_qos '7' is not a number from 0 to 2",
        $"{Assert.Single(ConfigurationReader.Read(With(("FASTMQTT_MAX_QOS", "7"))).Problems)}");

    [Fact]
    public void ports_and_addresses_of_the_command_line_come_on_top_of_the_file()
    {
        var input = new ConfigurationInput { Ports = [0], Listen = [IPEndPoint.Parse("0.0.0.0:1885")] };
        Settings settings = Configured.Read(input, "listener 1884 ::1\n");
        IList<ListenerOptions> listeners = BrokerMapping.Map(settings, Configured.Access).Broker.Listeners;
        Assert.Equal(["[::1]:1884", "127.0.0.1:0", "0.0.0.0:1885"], listeners.Select(l => $"{l.EndPoint}"));
        Assert.Equal([false, true, false], listeners.Select(listener => listener.AllowAnonymous));
    }

    private static int BrokerQoS(ListenerSection listener) => (int)listener.Settings.Number("max_qos")!.Value;

    private static string Shown(SettingTable table, string name) =>
        table.TryFind(name, out Setting? setting) ? $"{setting.Text} {setting.Origin}" : "nothing";

    private static ConfigurationInput With(params (string Name, string Value)[] variables) => new()
    {
        Environment = [.. variables.Select(variable => KeyValuePair.Create(variable.Name, variable.Value))],
    };
}
