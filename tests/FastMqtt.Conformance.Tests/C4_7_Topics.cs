// Section 4.7, topic names and filters: wildcards, levels, `$` topics, and that nothing is normalised.

namespace FastMqtt.Conformance.Tests;

public sealed class C4_7_Topics
{
    // A filter, the topics it matches and those it does not; `~` is replaced by a root no other test uses.
    public static TheoryData<string, string, string> Rows() => new()
    {
        { "~/a/#", "~/a ~/a/ ~/a/b ~/a/b/c ~/a//", "~ ~/ab ~/A/b x~/a" },
        { "~/#", "~ ~/ ~/a ~/a/b", "~x ~x/a" },
        { "~/+", "~/ ~/a ~/aa", "~ ~/a/b ~/a/ ~//" },
        { "~/+/c", "~/a/c ~//c ~/c/c", "~/c ~/a/b/c ~/a/C ~/a/c/" },
        { "~/+/+", "~/a/b ~// ~/a/ ~//b", "~/a ~/a/b/c" },
        { "~/+/#", "~/a ~/ ~/a/b ~//b/c", "~ ~x" },
        { "+/~", "a/~ /~", "~ a/b/~ a/~/" },
        { "+/~/#", "a/~ a/~/b /~/b/c", "~ a/b/~" },
        { "/~", "/~", "~ //~ /~/" },
        { "~/", "~/", "~ ~//" },
        { "~//b", "~//b", "~/b ~/a/b" },
        { "/+/~", "/a/~ //~", "a/~ /~ a/b/~" },
        { "~/A b/é", "~/A b/é", "~/a b/é ~/A_b/é ~/A b/e\u0301" },
    };

    // [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.3-4] [MQTT-3.3.2-3] [MQTT3-4.7.1-2] [MQTT3-4.7.1-3] [MQTT3-4.7.3-4]
    [Theory, MemberData(nameof(Rows))]
    public async Task filter_matches_as_specified(string filter, string matching, string others)
    {
        string root = Unique.Name("t");
        string Expand(string text) => text.Replace("~", root, StringComparison.Ordinal);
        await using RawClient subscriber = await Connect(4);
        await subscriber.Subscribe(Expand(filter));
        await using RawClient publisher = await Connect(5);
        foreach (string topic in Split(others))
        {
            await publisher.Publish(Expand(topic), "no");
        }

        foreach (string topic in Split(matching))
        {
            await publisher.Publish(Expand(topic), "yes");
            await subscriber.Take(Expand(topic), "yes");
        }

        await subscriber.ExpectNothingFrom(publisher);
    }

    // The same through the retained store, which matches from the other side.
    [Theory, MemberData(nameof(Rows))]
    public async Task filter_matches_retained_topics_as_specified(string filter, string matching, string others)
    {
        string root = Unique.Name("t");
        string Expand(string text) => text.Replace("~", root, StringComparison.Ordinal);
        await using RawClient client = await Connect(5);
        foreach (string topic in Split(others + " " + matching))
        {
            await client.Publish(Expand(topic), "m", 1, retain: true);
        }

        await client.Subscribe(Expand(filter));
        var found = new List<string>();
        List<string> expected = [.. Split(matching).Select(Expand)];
        for (int i = 0; i < expected.Count; i++)
        {
            found.Add((await client.ReadPublish()).Topic);
        }

        await client.ExpectNothing();
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    // [MQTT-4.7.2-1]
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task leading_wildcard_does_not_match_dollar_topics(int version)
    {
        string tail = Unique.Name();
        await using RawClient subscriber = await Connect(version);
        await subscriber.Subscribe("+/" + tail);
        await subscriber.Subscribe("+/" + tail + "/#");
        await using RawClient publisher = await Connect(version);
        await publisher.Publish("$app/" + tail, "hidden");
        await publisher.Publish("app/" + tail, "seen");
        Assert.Equal("seen", (await subscriber.ReadPublish()).Payload);
    }

    // [MQTT-4.7.2-1] `#` alone sees the traffic of every test, but nothing that begins with `$`.
    [Theory, InlineData(4), InlineData(5)]
    public async Task multi_level_wildcard_alone_does_not_match_dollar_topics(int version)
    {
        string tail = Unique.Name();
        await using RawClient subscriber = await Connect(version);
        await subscriber.Send(Packets.Subscribe(version, 1, ("#", version == 5 ? 0x20 : 0)));
        await using RawClient publisher = await Connect(version);
        Received packet = await subscriber.Read();
        while (packet.Type != 9)
        {
            packet = await subscriber.Read();
        }

        await publisher.Publish("$app/" + tail, "hidden");
        await publisher.Publish("app/" + tail, "seen");
        Delivery delivery = await subscriber.ReadPublish();
        while (delivery.Topic != "app/" + tail)
        {
            Assert.False(delivery.Topic.StartsWith('$'), delivery.Topic);
            delivery = await subscriber.ReadPublish();
        }
    }

    // 4.7.2: a filter that names the `$` level matches.
    [Theory, InlineData("$app/~"), InlineData("$app/#"), InlineData("$app/+")]
    public async Task filter_that_begins_with_the_dollar_level_matches(string filter)
    {
        string tail = Unique.Name();
        await using RawClient subscriber = await Connect(5);
        await subscriber.Subscribe(filter.Replace("~", tail, StringComparison.Ordinal), 0x20);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish("$app/" + tail, "m");
        Delivery delivery = await subscriber.ReadPublish();
        while (delivery.Topic != "$app/" + tail)
        {
            delivery = await subscriber.ReadPublish();
        }
    }

    // The names other brokers use (4.7.2 leaves them to the server).
    [Theory]
    [InlineData("$SYS/broker/version"), InlineData("$SYS/broker/uptime"), InlineData("$SYS/broker/clients/connected")]
    public async Task sys_topics_are_there_for_a_new_subscriber(string topic)
    {
        await using RawClient client = await Connect(4);
        await client.Subscribe(topic);
        Delivery delivery = await client.ReadPublish();
        Assert.Equal(topic, delivery.Topic);
        Assert.True(delivery.PayloadBytes.Length > 0);
    }

    // [MQTT-4.7.3-3] A topic of 65,535 bytes, which is the most the length can say.
    [Theory, InlineData(4), InlineData(5)]
    public async Task longest_topic_is_delivered_or_refused(int version)
    {
        string topic = Unique.Name("long").PadRight(65_535, 'x');
        await using RawClient client = await Connect(version);
        byte[] codes = await client.Subscribe(topic);
        await client.Send(Packets.Publish(version, topic, "m"));
        Received? packet = await client.TryRead();
        if (packet is { Type: 3 })
        {
            Assert.Equal([0], codes);
            Assert.Equal(topic, new Delivery(version, packet).Topic);
        }
        else
        {
            Assert.True(packet is null || (version == 5 && packet.Type == 14 && packet.Body[0] == 0x90), $"{packet}");
        }
    }

    private static string[] Split(string topics) =>
        topics.Contains("A b", StringComparison.Ordinal)
            ? [.. topics.Split(" ~").Select((topic, i) => i == 0 ? topic : "~" + topic)]
            : topics.Split(' ');
}
