// Once warm, a publication costs no managed byte, whatever its QoS, version and number of receivers. The harness
// allocates nothing in the measured loop either: input is made beforehand, output is looked at in place.

using System.Buffers.Binary;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.Scripted;
using FastMqtt.Protocol;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Allocation;

[Collection(nameof(RunsAlone))]
public sealed class AllocationTests
{
    private const int Publishes = 100_000;
    private const int Attempts = 3;
    private const int PerRound = 100;

    private readonly byte[] _acknowledgement = [0, 2, 0, 0];

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, 0, 1)]
    [InlineData(ProtocolVersion.Mqtt311, 1, 1)]
    [InlineData(ProtocolVersion.Mqtt311, 2, 1)]
    [InlineData(ProtocolVersion.Mqtt5, 0, 1)]
    [InlineData(ProtocolVersion.Mqtt5, 1, 1)]
    [InlineData(ProtocolVersion.Mqtt5, 2, 1)]
    [InlineData(ProtocolVersion.Mqtt311, 0, 100)]
    [InlineData(ProtocolVersion.Mqtt5, 0, 100)]
    [InlineData(ProtocolVersion.Mqtt5, 1, 100)]
    [InlineData(ProtocolVersion.Mqtt5, 2, 100)]
    public void A_hundred_thousand_deliveries_allocate_nothing(ProtocolVersion version, int qos, int subscribers)
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect(version: version);
        FakeSocket[] sockets = new FakeSocket[subscribers];
        for (int i = 0; i < subscribers; i++)
        {
            sockets[i] = broker.Connect(version: version).Subscribe("sensor/1", qos).Socket;
        }

        Assert.Equal(0, Measure(broker, publisher, sockets, version, qos, []));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Aliases_identifiers_overlaps_and_user_properties_allocate_nothing(int qos)
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient subscriber = broker.Connect(properties: Property.TopicAliasMaximum(10))
            .Subscribe("sensor/1", qos, Property.SubscriptionIdentifier(1))
            .Subscribe("sensor/+", qos, Property.SubscriptionIdentifier(200));
        byte[] properties = [.. Property.MessageExpiryInterval(60), .. Property.UserProperty("a", "b")];
        Assert.Equal(0, Measure(broker, publisher, [subscriber.Socket], ProtocolVersion.Mqtt5, qos, properties));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Shared_subscriptions_and_retained_replacements_allocate_nothing(int qos)
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        FakeSocket[] sockets = new FakeSocket[4];
        for (int i = 0; i < sockets.Length; i++)
        {
            sockets[i] = broker.Connect().Subscribe("$share/g/sensor/+", qos).Socket;
        }

        Assert.Equal(0, Measure(broker, publisher, sockets, ProtocolVersion.Mqtt5, qos, [], retain: true));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 7)]
    [InlineData(1, 7)]
    [InlineData(2, 7)]
    public void Walks_allocate_nothing(int qos, int slice)
    {
        using var broker = new TestBroker();
        broker.WalkBeyond(10, slice);
        TestClient publisher = broker.Connect();
        FakeSocket[] sockets = new FakeSocket[50];
        for (int i = 0; i < sockets.Length; i++)
        {
            sockets[i] = broker.Connect().Subscribe("sensor/1", qos).Subscribe("sensor/+").Socket;
        }

        Assert.Equal(0, Measure(broker, publisher, sockets, ProtocolVersion.Mqtt5, qos, []));
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, 0, 1)]
    [InlineData(ProtocolVersion.Mqtt5, 1, 1)]
    [InlineData(ProtocolVersion.Mqtt5, 2, 20)]
    public void Access_rules_allocate_nothing(ProtocolVersion version, int qos, int subscribers)
    {
        var rules = Access.FakeRules.Denying(static (_, _, topic) => topic == "other");
        using var broker = new TestBroker(listenerOptions: new() { AllowAnonymous = true, AccessRules = rules });
        TestClient publisher = broker.Connect(version: version);
        FakeSocket[] sockets = new FakeSocket[subscribers];
        for (int i = 0; i < subscribers; i++)
        {
            sockets[i] = broker.Connect(version: version).Subscribe("sensor/+", qos).Socket;
        }

        Assert.Equal(0, Measure(broker, publisher, sockets, version, qos, []));
        Assert.InRange(rules.Checks, 1, (3 * subscribers) + 1); // twice for a SUBSCRIBE, once for each thing else
    }

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, 0, 1)]
    [InlineData(ProtocolVersion.Mqtt5, 1, 1)]
    [InlineData(ProtocolVersion.Mqtt5, 2, 20)]
    public void Hooks_that_change_and_look_allocate_nothing(ProtocolVersion version, int qos, int subscribers)
    {
        int seen = 0;
        var hooks = new BrokerHooks
        {
            Publishing = static (ref publishing) => publishing.SetTopic("sensor/2"u8),
            Delivering = (ref delivering) => seen += delivering.Client.ClientId.Length,
        };
        hooks.Publishing += static (ref publishing) => publishing.SetPayload(publishing.Payload[1..]);
        using var broker = new TestBroker(configure: options => options.Hooks = hooks);
        TestClient publisher = broker.Connect(version: version);
        FakeSocket[] sockets = new FakeSocket[subscribers];
        for (int i = 0; i < subscribers; i++)
        {
            sockets[i] = broker.Connect(version: version).Subscribe("sensor/2", qos).Socket;
        }

        Assert.Equal(0, Measure(broker, publisher, sockets, version, qos, []));
        Assert.True(seen >= Publishes);
    }

    [Fact]
    public void Between_dispatchers_nothing_is_allocated()
    {
        // Traffic in one direction: publications and batches have to find their way home.
        using var broker = new TestBroker(2);
        TestClient publisher = broker.Connect(broker.IdentifierOn(0));
        TestClient subscriber = broker.Connect(broker.IdentifierOn(1), at: 1).Subscribe("sensor/1");
        long allocated = Measure(broker, publisher, [subscriber.Socket], ProtocolVersion.Mqtt5, 0, []);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Topics_that_fight_for_one_alias_allocate_nothing()
    {
        var aliases = new OutgoingTopicAliases(1);
        byte[][] topics = [.. Enumerable.Range(1, 50).Select(length => new byte[length])];
        long allocated = AllocatedBytes(() =>
        {
            for (int i = 0; i < Publishes; i++)
            {
                byte[] topic = topics[i / 10 % topics.Length]; // each is used long enough to win
                aliases.Use(topic);
            }
        });
        Assert.Equal(0, allocated);
    }

    // A collection that another thread causes in between is counted here with what is left of an allocation block, up
    // to
    // 8 KiB. What the code under test allocates comes with every attempt, so the least of a few is the truth.
    private long Measure(
        TestBroker broker,
        TestClient publisher,
        FakeSocket[] subscribers,
        ProtocolVersion version,
        int qos,
        byte[] properties,
        bool retain = false)
    {
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            least = Math.Min(least, MeasureOnce(broker, publisher, subscribers, version, qos, properties, retain));
        }

        return least;
    }

    private long MeasureOnce(
        TestBroker broker,
        TestClient publisher,
        FakeSocket[] subscribers,
        ProtocolVersion version,
        int qos,
        byte[] properties,
        bool retain)
    {
        byte[] payload = new byte[64];
        byte[] block =
        [
            .. Enumerable.Range(1, PerRound).SelectMany(id => Packets.Publish(
                version, "sensor/1", payload, qos, (ushort)id, retain, false, properties)),
        ];
        byte[] releases = [.. Enumerable.Range(1, PerRound).SelectMany(id => Packets.Pubrel((ushort)id))];
        int deliveries = retain ? 1 : subscribers.Length; // the retained case is a shared subscription
        int rounds = Publishes / PerRound / deliveries;
        long before = 0;
        for (int round = -Math.Min(rounds, 100); round < rounds; round++)
        {
            if (round == 0)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            publisher.Socket.Write(block);
            broker.Tick();
            if (qos == 2)
            {
                publisher.Socket.Write(releases);
            }

            // PUBLISH to PUBACK or PUBREC, then PUBREL to PUBCOMP.
            for (int step = 0; step < 3; step++)
            {
                foreach (FakeSocket subscriber in subscribers)
                {
                    Answer(subscriber, qos);
                }

                broker.Tick();
            }

            publisher.Socket.Skip(publisher.Socket.Unread.Length);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(broker.Metrics.PublishSent >= Publishes, "the measurement did not deliver");
        Assert.Equal(0, broker.Metrics.Dropped);
        return allocated;
    }

    private void Answer(FakeSocket socket, int qos)
    {
        while (FrameDecoder.TryRead(socket.Unread, Limits.ProtocolPacketSizeMax, out FixedHeader header, out _)
            == FrameResult.Complete)
        {
            ReadOnlySpan<byte> body = socket.Unread[header.HeaderLength..header.TotalLength];
            if (header.Type == PacketType.Publish && qos > 0)
            {
                int topicBytes = BinaryPrimitives.ReadUInt16BigEndian(body);
                body.Slice(2 + topicBytes, 2).CopyTo(_acknowledgement.AsSpan(2));
                _acknowledgement[0] = qos == 1 ? (byte)0x40 : (byte)0x50;
                socket.Write(_acknowledgement);
            }
            else if (header.Type == PacketType.Pubrel)
            {
                body[..2].CopyTo(_acknowledgement.AsSpan(2));
                _acknowledgement[0] = 0x70;
                socket.Write(_acknowledgement);
            }

            socket.Skip(header.TotalLength);
        }
    }
}
