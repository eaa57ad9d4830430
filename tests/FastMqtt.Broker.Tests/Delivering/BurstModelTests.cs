// A burst is an optimisation: what clients receive may not depend on how packets were cut into reads. By seed, the same
// packets go to two brokers, one packet a tick to the first and many at once to the second, and everything that comes
// back must be the same: deliveries in order with identifiers and flags, acknowledgements in order with reason codes,
// counters.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Delivering;

public sealed class BurstModelTests
{
    private const int Phases = 12;
    private const string SmallWindow = "small window";
    private static readonly string[] Topics = ["a", "b/c", "nobody"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Packets_in_one_read_do_what_they_do_one_by_one(int seed, bool mqtt5, int dispatchers)
    {
        ProtocolVersion version = mqtt5 ? ProtocolVersion.Mqtt5 : ProtocolVersion.Mqtt311;
        List<string> single = Run(seed, version, dispatchers, together: false);
        List<string> together = Run(seed, version, dispatchers, together: true);
        Assert.Equal(single, together);
    }

    public static TheoryData<int, bool, int> Cases()
    {
        var cases = new TheoryData<int, bool, int>();
        for (int seed = 0; seed < 40; seed++)
        {
            cases.Add(seed, seed % 2 == 0, 1 + (seed / 2 % 2));
        }

        return cases;
    }

    private static List<string> Run(int seed, ProtocolVersion version, int dispatchers, bool together)
    {
        var random = new Random(seed);
        using var broker = new TestBroker(dispatchers);
        if (together && seed % 4 == 3)
        {
            broker.WalkBeyond(0, 1 + (seed % 5));
        }

        TestClient publisher = broker.ConnectPersistent(broker.IdentifierOn(0), version);
        TestClient[] subscribers = [.. Subscribers(broker, dispatchers)];
        publisher.Subscribe("a", 1 | (version == ProtocolVersion.Mqtt5 ? 4 : 0));
        List<string> log = [];
        ushort id = 100;
        HashSet<ushort> kept = [];
        for (int phase = 0; phase < Phases; phase++)
        {
            List<byte[]> packets = [];
            int runs = random.Next(1, 8);
            for (int run = 0; run < runs; run++)
            {
                AddRun(random, version, packets, ref id, kept);
            }

            Send(broker, publisher, packets, together);
            Record(log, publisher, publisher.Read(), broker, together);
            foreach (TestClient subscriber in subscribers)
            {
                Record(log, subscriber, subscriber.Read(), broker, together);
            }
        }

        BrokerMetrics metrics = broker.Metrics;
        log.Add($"{metrics.PacketsReceived} {metrics.PublishReceived} {metrics.PublishBytesReceived}");
        log.Add($"{metrics.PacketsSent} {metrics.PublishSent} {metrics.PublishBytesSent} {metrics.BytesSent}");
        foreach (string topic in Topics)
        {
            publisher.Send(topic, "", retain: true);
        }

        foreach (TestClient client in subscribers.Append(publisher))
        {
            client.Disconnect(
                properties: client.Version == ProtocolVersion.Mqtt5 ? Property.SessionExpiryInterval(0) : null);
        }

        Assert.True(version == ProtocolVersion.Mqtt311 || broker.RentedBytes == 0);
        return log;
    }

    private static IEnumerable<TestClient> Subscribers(TestBroker broker, int dispatchers)
    {
        int last = dispatchers - 1;
        yield return broker.Connect(version: ProtocolVersion.Mqtt311).Subscribe("a", 1).Subscribe("b/c", 2);
        yield return broker.Connect(at: last).Subscribe("a", 2).Subscribe("b/c", 1);
        yield return broker.Connect(version: ProtocolVersion.Mqtt311, at: last).Subscribe("b/c");
        yield return broker.Connect(SmallWindow, properties: Property.ReceiveMaximum(5)).Subscribe("b/c", 2);
        yield return broker.Connect().Subscribe("b/c", 1, Property.SubscriptionIdentifier(7));
        yield return broker.Connect(properties: Property.TopicAliasMaximum(3)).Subscribe("b/c", 1 | 8);
    }

    // Packets of one kind behind each other, as bursts and runs are, with now and then one that does not belong.
    private static void AddRun(
        Random random, ProtocolVersion version, List<byte[]> packets, ref ushort id, HashSet<ushort> kept)
    {
        if (random.Next(4) == 0)
        {
            foreach (ushort released in kept.OrderBy(_ => random.Next()).Take(random.Next(10)).ToArray())
            {
                kept.Remove(released);
                packets.Add(Packets.Pubrel(released));
            }

            packets.Add(Packets.Pubrel(9)); // never used
            return;
        }

        string topic = Topics[random.Next(Topics.Length)];
        int qos = random.Next(3);
        int size = random.Next(3) * 70;
        int count = random.Next(1, 20);
        for (int i = 0; i < count; i++)
        {
            bool odd = random.Next(12) == 0;
            ushort identifier = id++;
            if (qos == 2)
            {
                identifier = kept.Count > 0 && odd ? kept.First() : identifier;
                kept.Add(identifier);
            }

            byte[]? properties = odd && random.Next(2) == 0 ? Property.UserProperty("k", "v") : null;
            byte[] payload = new byte[odd ? random.Next(1_500) : size];
            random.NextBytes(payload);
            packets.Add(Packets.Publish(
                version,
                topic,
                payload,
                qos,
                qos == 0 ? (ushort)0 : identifier,
                retain: odd && random.Next(4) == 0,
                duplicate: odd && qos > 0 && random.Next(3) == 0,
                properties: properties));
        }
    }

    private static void Send(TestBroker broker, TestClient client, List<byte[]> packets, bool together)
    {
        foreach (byte[] packet in packets)
        {
            client.Send(packet);
            if (!together)
            {
                broker.Tick();
            }
        }

        broker.Tick();
    }

    // What came, by kind: the order between kinds depends on ticks. Deliveries are acknowledged in their order.
    private static void Record(
        List<string> log, TestClient client, List<Packet> packets, TestBroker broker, bool together)
    {
        while (packets.Count > 0)
        {
            foreach (IGrouping<PacketType, Packet> kind in packets.GroupBy(p => p.Type).OrderBy(g => g.Key))
            {
                log.AddRange(kind.Select(packet => $"{client.Identifier}: {Describe(client, packet)}"));
            }

            List<byte[]> answers = [];
            foreach (Packet packet in packets)
            {
                byte[]? answer = packet.Type switch
                {
                    PacketType.Publish when packet.QoS == 1 => Packets.Puback(packet.Id),
                    PacketType.Publish when packet.QoS == 2 => Packets.Pubrec(packet.Id),
                    PacketType.Pubrel => Packets.Pubcomp(packet.Id),
                    _ => null,
                };
                answers.AddRange(answer is null ? [] : [answer]);
            }

            Send(broker, client, answers, together);
            packets = client.Read();
        }
    }

    // With a small window it depends on ticks which identifiers are free when: any unused one is right.
    private static string Describe(TestClient client, Packet packet)
    {
        bool hasSmallWindow = client.Identifier == SmallWindow;
        return $"{packet.Type} {(hasSmallWindow ? 0 : packet.Id)} {packet.Reason} {packet.Topic} q{packet.QoS} "
            + $"d{packet.Duplicate} r{packet.Retain} {Convert.ToHexString(packet.Payload)} "
            + $"{string.Join(',', packet.SubscriptionIdentifiers)} {packet.Properties.Count}";
    }
}
