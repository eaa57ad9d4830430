// The rules for strings, topic names and topic filters, and the walk over levels.
using System.Text;
using Xunit;

namespace FastMqtt.Protocol.Tests;

public class TextTests
{
    // [MQTT-1.5.4-1] [MQTT3-1.5.3-1] [MQTT-1.5.4-2] [MQTT3-1.5.3-2] [MQTT-1.5.4-3]
    [Theory]
    [InlineData("", true)]
    [InlineData("61", true)]
    [InlineData("EFBBBF", true)]
    [InlineData("EFBFBF", true)]
    [InlineData("F48FBFBF", true)]
    [InlineData("ED9FBF", true)]
    [InlineData("EE8080", true)]
    [InlineData("00", false)]
    [InlineData("6100", false)]
    [InlineData("C080", false)]
    [InlineData("EDA080", false)]
    [InlineData("EDBFBF", false)]
    [InlineData("F4908080", false)]
    [InlineData("E282", false)]
    [InlineData("80", false)]
    public void utf8_text_is_strict(string hex, bool isValid) =>
        Assert.Equal(isValid, Utf8Text.IsValid(Convert.FromHexString(hex)));

    // [MQTT-4.7.3-1] [MQTT-4.7.0-1] [MQTT3-4.7.1-1] [MQTT-4.7.3-2]
    [Theory]
    [InlineData("a", true)]
    [InlineData("/", true)]
    [InlineData("$SYS/a b//", true)]
    [InlineData("", false)]
    [InlineData("a/+", false)]
    [InlineData("#", false)]
    [InlineData("a\0", false)]
    public void topic_name_has_a_character_and_no_wildcard(string name, bool isValid) =>
        Assert.Equal(isValid, TopicName.IsValid(Encoding.UTF8.GetBytes(name)));

    // [MQTT-4.7.3-3]
    [Theory]
    [InlineData(65_535, true)]
    [InlineData(65_536, false)]
    public void a_topic_has_at_most_65535_bytes(int length, bool isValid)
    {
        byte[] topic = new byte[length];
        topic.AsSpan().Fill((byte)'a');
        Assert.Equal(isValid, TopicName.IsValid(topic));
        Assert.Equal(isValid, TopicFilter.IsValid(topic));
    }

    // [MQTT-4.7.1-1] [MQTT3-4.7.1-2] [MQTT-4.7.1-2] [MQTT3-4.7.1-3]
    [Theory]
    [InlineData("#", true)]
    [InlineData("a/#", true)]
    [InlineData("/#", true)]
    [InlineData("+", true)]
    [InlineData("/+", true)]
    [InlineData("+/+/#", true)]
    [InlineData("a/+/b", true)]
    [InlineData("a//b", true)]
    [InlineData("$share/g/a", true)]
    [InlineData("", false)]
    [InlineData("a#", false)]
    [InlineData("#/a", false)]
    [InlineData("a/#/b", false)]
    [InlineData("##", false)]
    [InlineData("a+", false)]
    [InlineData("+a", false)]
    [InlineData("a/+b/c", false)]
    [InlineData("++", false)]
    [InlineData("+#", false)]
    [InlineData("a\0", false)]
    public void wildcards_fill_a_level_and_the_multi_level_one_is_last(string filter, bool isValid) =>
        Assert.Equal(isValid, TopicFilter.IsValid(Encoding.UTF8.GetBytes(filter)));

    // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
    [Theory]
    [InlineData("$share/g/a/#", "g", "a/#")]
    [InlineData("$share/g//", "g", "/")]
    [InlineData("$share/g/+", "g", "+")]
    public void a_shared_filter_has_a_name_and_a_filter(string filter, string name, string rest)
    {
        bool isShared = TopicFilter.TryParseShared(
            Encoding.UTF8.GetBytes(filter), out ReadOnlySpan<byte> shareName, out ReadOnlySpan<byte> topicFilter);
        Assert.True(isShared);
        Assert.Equal(name, Encoding.UTF8.GetString(shareName));
        Assert.Equal(rest, Encoding.UTF8.GetString(topicFilter));
    }

    // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
    [Theory]
    [InlineData("$share", false)]
    [InlineData("$SHARE/g/a", false)]
    [InlineData("a/$share/g/a", false)]
    [InlineData("$share/", true)]
    [InlineData("$share/g", true)]
    [InlineData("$share/g/", true)]
    [InlineData("$share//a", true)]
    [InlineData("$share/+/a", true)]
    [InlineData("$share/g#/a", true)]
    public void what_is_no_legal_shared_filter_is_not_parsed(string filter, bool claimsToBeShared)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(filter);
        Assert.Equal(claimsToBeShared, TopicFilter.IsShared(bytes));
        Assert.False(TopicFilter.TryParseShared(bytes, out _, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a/b/c")]
    [InlineData("/a//b/")]
    [InlineData("日本/𝄞")]
    public void levels_are_what_is_between_the_slashes(string topic)
    {
        List<string> levels = [];
        byte[] bytes = Encoding.UTF8.GetBytes(topic);
        LevelEnumerator enumerator = new(bytes);
        while (enumerator.MoveNext())
        {
            levels.Add(Encoding.UTF8.GetString(enumerator.Current));
            Assert.Equal(levels.Count == topic.Split('/').Length, enumerator.IsLast);
        }

        Assert.Equal(topic.Split('/'), levels);
        Assert.Equal(levels.Count, TopicName.CountLevels(bytes));
        Assert.Equal(levels.Count, TopicFilter.CountLevels(bytes));
    }

    [Theory]
    [InlineData("a/b", false)]
    [InlineData("a/+", true)]
    [InlineData("#", true)]
    public void wildcards_are_seen(string filter, bool hasWildcard) =>
        Assert.Equal(hasWildcard, TopicFilter.HasWildcard(Encoding.UTF8.GetBytes(filter)));
}
