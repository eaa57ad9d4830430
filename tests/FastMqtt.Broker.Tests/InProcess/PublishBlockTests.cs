// What is appended to a block is read from it, byte for byte and in its order: messages of every size, of several
// publishers, through growth and when a block is used again. By seed.

using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.InProcess;

public sealed class PublishBlockTests
{
    private static readonly int[] SizesMax = [1, 40, 100, 2_000, 5_000, 70_000];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void What_is_appended_is_read_as_it_was(int seed)
    {
        var random = new Random(seed);
        using var broker = new TestBroker();
        InProcessClient[] publishers = [Client(broker), Client(broker), Client(broker)];
        var block = new PublishBlock();
        for (int round = 0; round < 20; round++)
        {
            List<Expected> expected = Fill(block, publishers, random);
            Assert.NotEmpty(expected);
            Expected? last = null;
            foreach (Expected next in expected)
            {
                Assert.False(block.IsRead);
                Assert.Equal(last is not null && last.Topic.SequenceEqual(next.Topic), block.IsNextOfSameTopic());
                next.AssertIs(block.Read());
                last = next;
            }

            Assert.True(block.IsRead);
            Assert.False(block.IsNextOfSameTopic());
            block.Clear();
            Assert.True(block.IsEmpty);
        }
    }

    [Fact]
    public void A_message_larger_than_a_block_goes_alone()
    {
        using var broker = new TestBroker();
        InProcessClient[] publishers = [Client(broker)];
        var block = new PublishBlock();
        var random = new Random(5);
        var large = new Expected(publishers, random, 4 * Limits.InProcessPublishBytes);
        Assert.True(block.HasRoom(int.MaxValue));
        large.AppendTo(block);
        Assert.False(block.HasRoom(0));
        large.AssertIs(block.Read());
        block.Clear();
        var small = new Expected(publishers, random, 10);
        small.AppendTo(block);
        small.AssertIs(block.Read());
    }

    private static InProcessClient Client(TestBroker broker) =>
        new(broker.State, new InProcessClientOptions { ClientId = "c" });

    private static List<Expected> Fill(PublishBlock block, InProcessClient[] publishers, Random random)
    {
        int sizeMax = SizesMax[random.Next(SizesMax.Length)];
        var expected = new List<Expected>();
        while (true)
        {
            var next = new Expected(publishers, random, random.Next(sizeMax));
            if (!block.HasRoom(next.Bytes))
            {
                Assert.False(block.IsEmpty);
                return expected;
            }

            next.AppendTo(block);
            expected.Add(next);
        }
    }

    private sealed class Expected
    {
        private readonly InProcessClient _publisher;
        private readonly byte[] _properties;
        private readonly byte[] _payload;
        private readonly QualityOfService _qos;
        private readonly bool _retain;
        private readonly long _expires;

        public Expected(InProcessClient[] publishers, Random random, int payloadBytes)
        {
            _publisher = publishers[random.Next(publishers.Length)];
            Topic = Fill(random, random.Next(1, 3)); // few bytes of two values: some topics are the same
            _properties = Fill(random, random.Next(2) * random.Next(50));
            _payload = Fill(random, payloadBytes);
            _qos = (QualityOfService)random.Next(3);
            _retain = random.Next(2) == 0;
            _expires = random.NextInt64();
        }

        public byte[] Topic { get; }

        public int Bytes => Topic.Length + _properties.Length + _payload.Length;

        public void AppendTo(PublishBlock block)
        {
            var content = new PublishContent
            {
                Topic = Topic,
                Properties = _properties,
                Payload = _payload,
                QoS = _qos,
                Retain = _retain,
                ExpiresAtMilliseconds = _expires,
            };
            block.Append(_publisher, in content, null);
        }

        public void AssertIs(in PublishEntry entry)
        {
            Assert.Same(_publisher, entry.Origin.Publisher);
            Assert.Null(entry.Origin.Ticket);
            Assert.True(entry.Topic.SequenceEqual(Topic));
            Assert.True(entry.Properties.SequenceEqual(_properties));
            Assert.True(entry.Payload.SequenceEqual(_payload));
            Assert.Equal(
                (_qos, _retain, _expires),
                (entry.Header.QoS, entry.Header.Retain, entry.Header.ExpiresAtMilliseconds));
        }

        private static byte[] Fill(Random random, int count) =>
            [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next('a', 'c'))];
    }
}
