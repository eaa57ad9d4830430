// How a line is taken apart: what Mosquitto's lexing takes for a name, a value, a comment.
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class LineTests
{
    [Theory]
    [InlineData("max_qos 1")]
    [InlineData("   max_qos    1")]
    [InlineData("max_qos 1   ")]
    [InlineData("max_qos 1 # and what follows")]
    [InlineData("max_qos 0x1")]
    [InlineData("max_qos 01")]
    [InlineData("max_qos +1")]
    [InlineData("max_qos \t1")]
    [InlineData("maximum_qos 1")]
    [InlineData("max_qos 1\r\n")]
    [InlineData("max_qos 1\r\r")]
    [InlineData("max_qos 0\nmax_qos 1")]
    [InlineData("# a comment \u00ff\n\n   \nmax_qos 1")]
    public void name_and_value_are_found(string text)
    {
        byte qos = (byte)Configured.Map($"listener 1884\n{text}").Broker.Listeners[0].MaximumQoS;
        Assert.Equal(1, qos);
    }

    [Theory]
    [InlineData("max_qos", "1: max_qos needs a value: a number from 0 to 2")]
    [InlineData("max_qos 3", "1: max_qos '3' is not a number from 0 to 2")]
    [InlineData("max_qos 1\t", "1: max_qos '1?' is not a number")]
    [InlineData("\n\nmax_qos x", "3: max_qos 'x' is not a number")]
    [InlineData("max_qos\t1", "1: unknown option 'max_qos?1': name and value are separated by a space, not by a tab")]
    [InlineData("\tmax_qos 1", "1: unknown option '?max_qos': name and value are separated by a space, not by a tab")]
    [InlineData(" # x", "1: unknown option '#': a comment begins with the first character of a line")]
    [InlineData("listner 1883", "1: unknown option 'listner', did you mean listener?")]
    [InlineData("xyzzy 1883", "1: unknown option 'xyzzy'")]
    [InlineData("max_qos=1", "1: unknown option 'max_qos=1', did you mean max_qos?")]
    [InlineData("listener", "1: listener needs a port")]
    [InlineData("listener 0", "1: listener with port 0 needs the path of a unix socket")]
    [InlineData("listener 65536", "1: listener '65536' is not a port from 0 to 65535")]
    [InlineData("listener -1", "1: listener '-1' is not a port from 0 to 65535")]
    [InlineData("log_dest fiel", "1: log_dest 'fiel' is not one of none, stdout, stderr, syslog, topic, dlt, file")]
    [InlineData("log_dest file", "1: log_dest file needs a path")]
    [InlineData("log_dest file a\nlog_dest file b", "2: log_dest file is there already")]
    [InlineData("pid_file a\npid_file b", "2: pid_file is there already: ")]
    [InlineData("accept_protocol_versions 3.1", "1: accept_protocol_versions '3.1' is not one of 3, 4, 5")]
    [InlineData("accept_protocol_versions", "1: accept_protocol_versions needs a value")]
    [InlineData("persistent_client_expiration 14", "is not a number and one of s h d w m y, such as 14d")]
    [InlineData("persistent_client_expiration 0d", "is not a number and one of s h d w m y, such as 14d")]
    [InlineData("persistent_client_expiration d", "is not a number and one of s h d w m y, such as 14d")]
    [InlineData("persistent_client_expiration 9999999999y", "is not a number and one of s h d w m y, such as 14d")]
    [InlineData("mount_point a/+/b", "1: mount_point 'a/+/b' must not contain the wildcards + and #")]
    [InlineData("trusted_proxies 10.0.0.0/33", "1: trusted_proxies '10.0.0.0/33' is not an address")]
    [InlineData("http_auth_url ftp://x", "needs an address that begins with http:// or https://")]
    [InlineData("auto_id_prefix 123456789012345678901234567890123456789012345678901", "is longer than 50 bytes")]
    public void mistake_is_reported_with_its_line(string text, string expected)
    {
        string problem = Assert.Single(Configured.ProblemsOf(text));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1s", 1)]
    [InlineData("2h", 7_200)]
    [InlineData("3d", 259_200)]
    [InlineData("1w", 604_800)]
    [InlineData("1m", 2_592_000)]
    [InlineData("1y", 31_536_000)]
    public void duration_has_mosquittos_units(string text, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds),
        Configured.Map($"persistent_client_expiration {text}").Broker.PersistentClientExpiration);

    [Theory]
    [InlineData("max_queued_messages 0", int.MaxValue)]
    [InlineData("max_queued_messages -5", int.MaxValue)]
    public void no_bound_is_the_largest_one(string text, int most) =>
        Assert.Equal(most, Configured.Map(text).Broker.MaximumQueuedMessages);

    [Fact]
    public void every_mistake_is_found_in_one_go() =>
        Assert.Equal(3, Configured.ProblemsOf("a 1\nallow_anonymous true\nb 2\nlistener x\n").Length);

    // Quotes and backslashes are characters like others, except in a bridge's topic.
    [Fact]
    public void quotes_are_part_of_a_value() =>
        Assert.Equal(
            "\"a \\\" b\"",
            Configured.Map("listener 1884\nmount_point \"a \\\" b\"").Broker.Listeners[0].MountPoint);

    [Theory]
    [InlineData("topic #", true)]
    [InlineData("topic a/b both 2 here/ there/", true)]
    [InlineData("topic \"with space/#\" in 1", true)]
    [InlineData("topic \"\" in 1 # all of it", true)]
    [InlineData("topic a OUT # comment", true)]
    [InlineData("topic \"no end in 1", false)]
    [InlineData("topic a sideways", false)]
    [InlineData("topic a out 3", false)]
    [InlineData("topic", false)]
    public void topic_of_a_bridge_may_have_quotes(string text, bool isRight) =>
        Assert.Equal(isRight, Configured.ProblemsOf($"connection x\n{text}").Length == 0);
}
