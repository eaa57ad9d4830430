// The queue of a session against a naive model: first in first out, bytes and count exact, expired ones removed.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Topics;
using FastMqtt.Transport.Buffers;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class MessageQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_operations_agree_with_a_naive_model(int seed)
    {
        var random = new Random(seed);
        var pool = new PublicationPool(new SlabPool());
        var queue = new MessageQueue();
        var model = new List<Publication>();
        long now = 1;
        for (int step = 0; step < 30_000; step++)
        {
            int choice = random.Next(100);
            if (choice < 55)
            {
                long expiry = random.Next(3) == 0 ? now + random.Next(500) : long.MaxValue;
                Publication added = TopicFixtures.NewPublication(new string('t', random.Next(1, 40)), expiry);
                queue.Enqueue(new QueuedMessage(added, default));
                model.Add(added);
            }
            else if (choice < 98)
            {
                bool any = queue.TryDequeue(out QueuedMessage message);
                Assert.True(any == model.Count > 0, $"seed {seed} step {step}");
                if (any)
                {
                    Assert.Same(model[0], message.Publication);
                    model.RemoveAt(0);
                }
            }
            else if (choice == 98)
            {
                List<Publication> dropped = [];
                bool expected = model.Exists(publication => publication.HasExpired(now));
                bool any = queue.RemoveExpired(pool, now, dropped, static (all, publication) => all.Add(publication));
                Assert.True(any == expected, $"seed {seed} step {step}");
                Assert.Equal(dropped, model.FindAll(publication => publication.References == 0));
                model.RemoveAll(publication => publication.References == 0);
            }
            else if (random.Next(20) == 0)
            {
                queue.Clear(pool);
                Assert.All(model, publication => Assert.Equal(0, publication.References));
                model.Clear();
            }

            now += random.Next(10);
            Assert.True(queue.Count == model.Count, $"seed {seed} step {step}");
            Assert.True(queue.Bytes == model.Sum(publication => (long)publication.Bytes), $"seed {seed} step {step}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Waves_larger_than_a_segment_keep_order_and_index(int seed)
    {
        var random = new Random(seed);
        var ring = default(MessageRing);
        int next = 0;
        int first = 0;
        Publication publication = TopicFixtures.NewPublication("t", long.MaxValue);
        for (int wave = 0; wave < 60; wave++)
        {
            for (int left = random.Next(2_000); left > 0; left--)
            {
                ring.Enqueue(new QueuedMessage(publication, default, new StoredMessage(next++, 0, 0)));
            }

            for (int i = 0; i < ring.Count; i += random.Next(1, 50))
            {
                Assert.Equal(first + i, ring[i].Stored.Sequence);
            }

            for (int left = wave % 7 == 6 ? int.MaxValue : random.Next(2_000); left > 0; left--)
            {
                if (!ring.TryDequeue(out QueuedMessage message))
                {
                    break;
                }

                Assert.Equal(first++, message.Stored.Sequence);
            }

            Assert.Equal(next - first, ring.Count);
            Assert.Equal(publication.Bytes * (long)ring.Count, ring.Bytes);
            Assert.Equal(ring.Count, ring.AtMostOnceCount);
        }
    }

    [Fact]
    public void A_flood_into_a_full_queue_does_not_walk_it_each_time()
    {
        var pool = new PublicationPool(new SlabPool());
        var queue = new MessageQueue();
        for (int i = 0; i < 100_000; i++)
        {
            Publication publication = TopicFixtures.NewPublication("t", i == 0 ? 1_000 : long.MaxValue);
            queue.Enqueue(new QueuedMessage(publication, default));
        }

        List<Publication> dropped = [];
        for (int i = 0; i < 100_000; i++)
        {
            // 10^10 steps if each walked
            queue.RemoveExpired(pool, 1_000, dropped, static (all, publication) => all.Add(publication));
        }

        Assert.Single(dropped);
        Assert.Equal(99_999, queue.Count);
    }
}
