// Reading the configuration again while a broker runs and a client is connected: what is applied, what is said, and
// that the client stays.
using System.Net;
using FastMqtt.Broker;
using FastMqtt.Configuration;
using FastMqtt.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public sealed class ReloadTests : IAsyncDisposable
{
    private const byte MaximumPacketSize = 0x27;

    private readonly TemporaryFolder _folder = new();
    private readonly ListLogger _log = new();
    private MqttBroker? _broker;
    private ConfigurationReload? _reload;

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task changed_option_is_applied_and_told_and_the_client_stays()
    {
        int port = Start("max_queued_messages 1000\nmax_packet_size 5000\n");
        using SmallClient client = await SmallClient.ConnectAsync(port);
        Assert.Equal(5000u, client.FourBytes(MaximumPacketSize));
        Assert.Equal(
            [
                "Information: Configuration read again: max_packet_size: 5000 -> 6000 (applied)",
                "Information: Configuration read again: max_queued_messages: 1000 -> 50 (applied)",
            ],
            Reload("max_queued_messages 50\nmax_packet_size 6000\n"));
        Assert.True(await client.PingAsync());
        using SmallClient next = await SmallClient.ConnectAsync(port);
        Assert.Equal(6000u, next.FourBytes(MaximumPacketSize));
    }

    [Fact]
    public async Task listeners_option_is_applied_to_the_running_listener()
    {
        int port = Start("allow_anonymous true\n");
        using SmallClient client = await SmallClient.ConnectAsync(port);
        Assert.Equal(0, client.Reason);
        Assert.Equal(
            ["Information: Configuration read again: allow_anonymous: true -> false (applied)"],
            Reload("allow_anonymous false\n"));
        Assert.True(await client.PingAsync());
        using SmallClient refused = await SmallClient.ConnectAsync(port);
        Assert.Equal(0x87, refused.Reason);
    }

    [Fact]
    public async Task what_needs_a_restart_is_told_every_time_and_not_applied()
    {
        int port = Start("receive_maximum 10\n");
        string[] expected =
            ["Information: Configuration read again: receive_maximum: 10 -> 20 (needs a restart)"];
        Assert.Equal(expected, Reload("receive_maximum 20\n"));
        Assert.Equal(expected, Reload("receive_maximum 20\n"));
        using SmallClient client = await SmallClient.ConnectAsync(port);
        const byte ReceiveMaximum = 0x21;
        Assert.Equal(10u, client.FourBytes(ReceiveMaximum) >> 16);
    }

    [Fact]
    public void nothing_changed_is_told_too()
    {
        Start("sys_interval 20\n");
        string[] expected =
            ["Information: Configuration read again: no option changed; the files it names are read again too"];
        Assert.Equal(expected, Reload("# other words for the same\nsys_interval   20\n"));
        Assert.Equal(expected, Reload("sys_interval 20\nmax_keepalive 0\n"));
    }

    [Theory]
    [InlineData("max_packet_size 6000\nmax_packet_siz 1\n", "test.conf:2: unknown option 'max_packet_siz'")]
    [InlineData("max_packet_size 6000\nacl_file /nowhere\n", "test.conf:2: acl_file '/nowhere' does not exist")]
    [InlineData(null, "test.conf: does not exist")]
    public async Task broken_file_changes_nothing_and_is_told(string? content, string mistake)
    {
        int port = Start("max_packet_size 5000\n");
        using SmallClient client = await SmallClient.ConnectAsync(port);
        IReadOnlyList<string> lines = Reload(content);
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("Error: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(mistake, lines[0], StringComparison.Ordinal);
        Assert.Equal("Error: Configuration read again: it has mistakes, everything stays as it was", lines[1]);
        Assert.True(await client.PingAsync());
        using SmallClient next = await SmallClient.ConnectAsync(port);
        Assert.Equal(5000u, next.FourBytes(MaximumPacketSize));

        // What is repaired counts from what ran, not from what was broken.
        Assert.Equal(
            ["Information: Configuration read again: max_packet_size: 5000 -> 7000 (applied)"],
            Reload("max_packet_size 7000\n"));
    }

    [Fact]
    public async Task listener_that_comes_or_goes_needs_a_restart()
    {
        int port = Start(string.Empty);
        using SmallClient client = await SmallClient.ConnectAsync(port);
        Assert.Equal(
            [
                "Information: Configuration read again: listener: (not set) -> *:1 (needs a restart)",
                "Information: Configuration read again: max_keepalive: 0 -> 9 (applied)",
            ],
            Reload("listener 1\nmax_qos 0\nmax_keepalive 9\n").Order());
        Assert.True(await client.PingAsync());
        Assert.Equal(
            ["Information: Configuration read again: max_keepalive: 9 -> 0 (applied)"], Reload(string.Empty));
    }

    [Fact]
    public void option_that_is_not_supported_is_told_as_such()
    {
        Start("enable_control_api false\n");
        Assert.Equal(
            ["Information: Configuration read again: enable_control_api: false -> true (not supported)"],
            Reload("enable_control_api true\n"));
    }

    [Fact]
    public void how_the_broker_saves_needs_a_restart()
    {
        Start("persistence false\n");
        string[] expected =
        [
            "Information: Configuration read again: durability: commit -> interval 5 (needs a restart)",
            "Information: Configuration read again: max_memory_queued_bytes: 67108864 -> 7 (needs a restart)",
            "Information: Configuration read again: persistence: false -> true (needs a restart)",
            "Information: Configuration read again: persistence_file: fastmqtt.db -> a.db (needs a restart)",
            "Information: Configuration read again: persistence_location: (not set) -> /x (needs a restart)",
        ];
        const string Next = "persistence true\npersistence_location /x\npersistence_file a.db\n"
            + "durability interval 5\nmax_memory_queued_bytes 7\n";
        Assert.Equal(expected, Reload(Next));
        Assert.Equal(expected, Reload(Next));
    }

    [Fact]
    public void per_listener_settings_need_a_restart()
    {
        Start("allow_anonymous true\n");
        Assert.Equal(
            ["Information: Configuration read again: per_listener_settings: false -> true (needs a restart)"],
            Reload("per_listener_settings true\n"));
    }

    [Fact]
    public void log_is_applied_where_somebody_takes_it()
    {
        Start("log_type error\n");
        LogSettings? taken = null;
        _folder.Write("test.conf", "log_type debug\n");
        _reload!.Run(_broker!, _log, log => taken = log);
        Assert.Equal(["debug"], taken!.Types);
        Assert.Equal("Information: Configuration read again: log_type: error -> debug (applied)", _log.Take().Single());
        Assert.Equal(
            ["Information: Configuration read again: log_type: debug -> error (needs a restart)"],
            Reload("log_type error\n"));
    }

    // Where the broker was started with other addresses than the configuration says, or an interface has got another.
    [Fact]
    public async Task listener_that_does_not_run_is_told()
    {
        var input = new ConfigurationInput { File = _folder.Write("test.conf", "listener 1 127.0.0.1\n") };
        var reload = new ConfigurationReload(input, ConfigurationReader.Read(input), Configured.Access);
        Start(string.Empty);
        await File.WriteAllTextAsync(input.File, "listener 1 127.0.0.1\n", TestContext.Current.CancellationToken);
        reload.Run(_broker!, _log);
        Assert.Contains(
            "Warning: Configuration read again: no listener runs on 127.0.0.1:1, its options hold from the next start",
            _log.Take());
    }

    [Fact]
    public void values_from_outside_stay_above_the_file()
    {
        Start("max_keepalive 1\n", "max_keepalive=5");
        Assert.Equal(
            ["Information: Configuration read again: no option changed; the files it names are read again too"],
            Reload("max_keepalive 2\n"));
    }

    private int Start(string content, params string[] sets)
    {
        var input = new ConfigurationInput
        {
            File = _folder.Write("test.conf", content),
            Ports = [0],
            Sets = sets,
        };
        Settings settings = ConfigurationReader.Read(input);
        Assert.Empty(settings.Problems);
        MappedSettings mapped = BrokerMapping.Map(settings, Configured.Access);
        _broker = MqttBroker.StartAsync(mapped.Broker, NullLoggerFactory.Instance).GetAwaiter().GetResult();
        _reload = new ConfigurationReload(input, settings, Configured.Access);
        return ((IPEndPoint)_broker.EndPoints[0]).Port;
    }

    private IReadOnlyList<string> Reload(string? content)
    {
        if (content is null)
        {
            File.Delete(Path.Combine(_folder.Path, "test.conf"));
        }
        else
        {
            _folder.Write("test.conf", content);
        }

        _reload!.Run(_broker!, _log);
        return _log.Take();
    }
}
