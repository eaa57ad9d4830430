// Configurations as people have them: Mosquitto's own where it is installed, and one like many that are in use.
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class SampleTests
{
    private static readonly string[] Installed =
        ["/etc/mosquitto/mosquitto.conf", "/usr/share/doc/mosquitto/examples/mosquitto.conf"];

    [Fact]
    public void samples_of_mosquitto_start_unchanged()
    {
        foreach (string path in Installed.Where(File.Exists))
        {
            Settings settings = ConfigurationReader.Read(new ConfigurationInput { File = path });
            ConfigurationChecks.Run(settings);
            MappedSettings mapped = BrokerMapping.Map(settings, Configured.Access);
            Assert.Empty(settings.Problems);
            Assert.All(mapped.Broker.Listeners, listener => Assert.True(listener.AllowAnonymous));
        }
    }

    [Fact]
    public void configuration_in_use_means_what_it_means_there()
    {
        Settings settings = Configured.Read(
            """
            # Written for 1.6 and never changed since
            pid_file /run/mosquitto.pid
            persistence true
            autosave_interval 60
            persistence_location /var/lib/mosquitto/
            log_dest file /var/log/mosquitto/mosquitto.log
            log_type all
            user mosquitto
            port 1883
            max_inflight_messages 20
            allow_anonymous true
            listener 9001
            protocol websockets
            connection cloud
            clientid here
            address cloud.example:8883
            bridge_cafile /etc/ssl/certs/ca-certificates.crt
            topic # out 1
            retry_interval 20
            """);
        Assert.Empty(settings.Problems);
        Assert.Equal(
            [
                "line 4: option autosave_interval has no effect (every change is saved at once, see durability)",
                "line 14: option connection is not supported (bridges come later)",
                "line 15: option clientid is not supported (bridges come later)",
                "line 16: option address is not supported (bridges come later)",
                "line 17: option bridge_cafile is not supported (bridges come later)",
                "line 18: option topic is not supported (bridges come later)",
                "line 19: option retry_interval has no effect "
                    + "(messages are sent again when the client reconnects, as MQTT says)",
            ],
            settings.Notices.Select(notice => notice.Text));
        MappedSettings mapped = BrokerMapping.Map(settings, Configured.Access);
        Assert.Equal(20, mapped.Broker.MaximumInflight);
        Assert.Equal(1883, Assert.Single(mapped.Broker.Listeners).EndPoint!.Port);
        Assert.Equal(9001, Assert.Single(mapped.WebSockets).Listener.EndPoint!.Port);
        Assert.True(mapped.WebSockets[0].Listener.AllowAnonymous);
        Assert.Equal("/var/lib/mosquitto/fastmqtt.db", StoreMapping.Map(settings)!.Path);
    }

    [Theory]
    [InlineData("persistence false")]
    [InlineData("autosave_interval 1800")]
    [InlineData("allow_duplicate_messages true")]
    public void unsupported_option_with_its_default_needs_no_line(string content) =>
        Assert.Empty(Configured.NoticesOf(content));
}
