// Section 4.13 and clients that mean harm: garbage, lengths announced and never sent, topics of very many levels,
// floods without reading. The answer is a refusal or a close, and everybody else is served throughout.

namespace FastMqtt.Conformance.Tests;

public sealed class Hostile
{
    // [MQTT-4.13.1-1] Whatever comes before CONNECT: a close. Seeds are fixed so that a failure can be repeated.
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7)]
    public async Task garbage_is_answered_by_a_close(int seed)
    {
        byte[] garbage = new byte[300];
        new Random(seed).NextBytes(garbage);
        garbage[0] = (byte)(0xF0 | seed); // never a CONNECT
        await using RawClient client = await RawClient.Open(4);
        await client.Send(garbage);
        await client.ExpectClose();
        await Serve();
    }

    [Theory]
    [InlineData("474554202F20485454502F312E310D0A0D0A")] // HTTP
    [InlineData("160301020001000001FC0303")] // TLS
    [InlineData("FFFFFFFFFFFFFF")]
    public async Task other_protocols_are_answered_by_a_close(string bytes)
    {
        await using RawClient client = await RawClient.Open(4);
        await client.Send(Wire.Hex(bytes));
        await client.ExpectClose();
    }

    // A CONNECT that announces 256 MiB costs nothing, and neither do many.
    [Fact]
    public async Task huge_lengths_announced_and_never_sent_harm_nobody()
    {
        var clients = new List<RawClient>();
        for (int i = 0; i < 50; i++)
        {
            RawClient client = i % 2 == 0 ? await RawClient.Open(5) : await Connect(5);
            byte first = i % 2 == 0 ? (byte)0x10 : (byte)0x30;
            await client.Send([first, 0xFF, 0xFF, 0xFF, 0x7F, 0x00, 0x04]);
            clients.Add(client);
        }

        await Serve();
        foreach (RawClient client in clients)
        {
            await client.DisposeAsync();
        }
    }

    // Half a packet and then nothing, on many connections; then the rest.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task half_a_packet_waits_for_its_rest(int version)
    {
        string topic = Unique.Name("half/");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic);
        byte[] publish = Packets.Publish(version, topic, new string('x', 5000));
        await client.Send(publish[..2500]);
        await Serve();
        await client.Send(publish[2500..], Packets.Pingreq);
        await client.Expect(publish);
        await client.Expect(Packets.Pingresp);
    }

    // 10,000 levels: delivered, or refused by a named limit; never a stall.
    [Theory, InlineData(4), InlineData(5)]
    public async Task topic_of_ten_thousand_levels_is_answered(int version)
    {
        string topic = Unique.Name("deep") + string.Concat(Enumerable.Repeat("/a", 10_000));
        await using RawClient client = await Connect(version);
        await client.Send(Packets.Subscribe(version, 1, (topic[..^1] + "#", 0)));
        Received? packet = await client.TryRead();
        Assert.True(packet is null or { Type: 9 or 14 }, $"{packet}");
        await using RawClient publisher = await Connect(version);
        await publisher.Send(Packets.Publish(version, topic, "m", 1, 1, retain: true));
        packet = await publisher.TryRead();
        Assert.True(packet is null or { Type: 4 or 14 }, $"{packet}");
        await using RawClient cleaner = await Connect(version);
        await cleaner.Send(Packets.Publish(version, topic, "", retain: true));
        await Serve();
    }

    // Filters of many `+` levels over a bushy tree must not multiply the work.
    [Fact]
    public async Task filters_of_many_wildcards_are_matched_in_time()
    {
        await using RawClient client = await Connect(4);
        string root = Unique.Name("bushy");
        for (int mask = 0; mask < 128; mask++)
        {
            string filter = root;
            for (int level = 0; level < 7; level++)
            {
                filter += (mask >> level & 1) == 0 ? "/a" : "/+";
            }

            await client.Subscribe(filter);
        }

        await using RawClient publisher = await Connect(4);
        await publisher.Publish(root + "/a/a/a/a/a/a/a", "m");
        await client.ReadPublish();
        await Serve();
    }

    // A subscriber that does not read, flooded at QoS 0; the others are served, and it may come back.
    [Theory, InlineData(4), InlineData(5)]
    public async Task subscriber_that_never_reads_harms_nobody(int version)
    {
        string topic = Unique.Name("flood/");
        await using RawClient deaf = await Connect(version);
        await deaf.Subscribe(topic);
        await using RawClient publisher = await Connect(version);
        byte[] publish = Packets.Publish(version, topic, new string('x', 100_000));
        for (int i = 0; i < 200; i++)
        {
            await publisher.Send(publish);
        }

        await publisher.ExpectNothing();
        await Serve();
    }

    // [MQTT-4.13.2-1] Errors end the connection they come from, and no other.
    [Fact]
    public async Task malformed_packet_harms_no_other_connection()
    {
        string topic = Unique.Name("other/");
        await using RawClient other = await Connect(5);
        await other.Subscribe(topic);
        await using RawClient bad = await Connect(5);
        await bad.Send(Wire.Hex("36FFFFFF7F"));
        await bad.ExpectRefusal(0x81, 0x95);
        await using RawClient publisher = await Connect(5);
        await publisher.Publish(topic, "m");
        await other.Take(topic, "m");
    }

    // [MQTT-4.13.1-1] [MQTT3-4.8.0-1] What came before the malformed packet counts, what comes after it does not.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task packets_before_a_malformed_one_count_and_those_after_it_do_not(int version)
    {
        string topic = Unique.Name("cut/");
        await using RawClient watcher = await Connect(version);
        await watcher.Subscribe(topic);
        await using RawClient client = await Connect(version);
        byte[] before = Packets.Publish(version, topic, "before");
        byte[] after = Packets.Publish(version, topic, "after");
        await client.Send(before, Wire.Hex("0000"), after);
        await client.ExpectRefusal(0x81, 0x82);
        await watcher.Take(topic, "before");
        await using RawClient other = await Connect(version);
        await watcher.ExpectNothingFrom(other);
    }

    // Many connections that come and go at once.
    [Fact]
    public async Task hundred_connections_come_and_go()
    {
        var tasks = new List<Task>();
        for (int i = 0; i < 100; i++)
        {
            tasks.Add(Visit(3 + (i % 3), abrupt: i % 2 == 0));
        }

        await Task.WhenAll(tasks);
        await Serve();
    }

    private static async Task Visit(int version, bool abrupt)
    {
        await using RawClient client = await Connect(version);
        await client.Subscribe(Unique.Name("visit/"));
        if (abrupt)
        {
            client.Drop();
        }
        else
        {
            await client.Leave();
        }
    }

    // The broker serves a new client from CONNECT to a message.
    private static async Task Serve()
    {
        string topic = Unique.Name("served/");
        await using RawClient client = await Connect(5);
        await client.Subscribe(topic, 1);
        await client.Send(Packets.Publish(5, topic, "m"));
        await client.Take(topic, "m");
    }
}
