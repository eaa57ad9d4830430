// How the lines about the log add up.
using FastMqtt.Configuration;
using FastMqtt.Logging;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class LogSettingTests
{
    [Fact]
    public void nothing_said_is_the_usual()
    {
        LogSettings log = Configured.Map("# nothing\n").Log;
        Assert.Equal(LogSettings.Default.Destinations, log.Destinations);
        Assert.Equal(LogSettings.Default.Types.Order(), log.Types.Order());
        Assert.Equal(LogSettings.Default with { Destinations = log.Destinations, Types = log.Types }, log);
        Assert.Equal(LogSettings.Default.Destinations, [OptionCatalogue.Get("log_dest").Default]);
        Assert.Equal(LogSettings.Default.Types.Order(), OptionCatalogue.Get("log_type").Default.Split(' ').Order());
    }

    [Theory]
    [InlineData("log_dest stdout\nlog_dest syslog", "stdout syslog")]
    [InlineData("log_dest stdout\nlog_dest none", "none")]
    [InlineData("log_dest none\nlog_dest topic", "topic")]
    [InlineData("log_dest stderr\nlog_dest file /with space\nlog_dest stderr", "stderr file")]
    public void destinations_add_up(string content, string expected) =>
        Assert.Equal(expected, string.Join(' ', Configured.Map(content).Log.Destinations));

    [Fact]
    public void file_is_the_path_after_the_word() =>
        Assert.Equal("/with space", Configured.Map("log_dest file  /with space \n").Log.File);

    [Theory]
    [InlineData("log_type error\nlog_type debug", "debug error")]
    [InlineData("log_type all\nlog_type none", "")]
    [InlineData("log_type none\nlog_type warning", "warning")]
    public void types_add_up(string content, string expected) =>
        Assert.Equal(expected, string.Join(' ', Configured.Map(content).Log.Types.Order()));

    [Theory]
    [InlineData("log_type all", "all")]
    [InlineData("log_type none", "")]
    public void flags_override_the_file(string flag, string expected)
    {
        string[] words = flag.Split(' ');
        var input = new ConfigurationInput { Flags = [("-v", words[0], words[1])] };
        Settings settings = Configured.Read(input, "log_type error\nlog_type warning\n");
        Assert.Equal(expected, string.Join(' ', BrokerMapping.Map(settings, Configured.Access).Log.Types));
    }
}
