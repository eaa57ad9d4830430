// The ring of a batch's messages against a list that does the same the slow way.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;
using FastMqtt.Transport.Buffers;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class JournalEntriesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(int.MaxValue - 100)]
    public void It_holds_what_was_added_and_not_cancelled_in_order(int first)
    {
        var random = new Random(17);
        var message = new Message { Topic = "t"u8 };
        Publication publication = new PublicationPool(new SlabPool()).Create(in message);
        var entries = new JournalEntries(first);
        var expected = new List<(int Place, long Sequence)>();
        for (long sequence = 1; sequence < 20_000; sequence++)
        {
            if (random.Next(1 + (int)(sequence % 1_000)) < 400)
            {
                int place = entries.Add(new JournalEntry { Publication = publication, Sequence = sequence });
                Assert.InRange(place, 0, int.MaxValue);
                expected.Add((place, sequence));
            }
            else if (expected.Count > 0)
            {
                int index = random.Next(2) == 0 ? 0 : random.Next(expected.Count);
                Assert.Equal(expected[index].Sequence, entries[expected[index].Place].Sequence);
                Assert.Same(publication, entries.Cancel(expected[index].Place));
                expected.RemoveAt(index);
            }

            Assert.Equal(expected.Count, entries.Count);
            if (expected.Count > 0)
            {
                Assert.Equal(expected[0].Sequence, entries.Oldest.Sequence);
            }

            if (sequence % 997 == 0)
            {
                Assert.Equal(expected.Select(entry => entry.Sequence), Sequences(entries));
            }
        }

        entries.Clear();
        Assert.Equal(0, entries.Count);
        Assert.Empty(Sequences(entries));
    }

    private static List<long> Sequences(JournalEntries entries)
    {
        var sequences = new List<long>();
        foreach (ref readonly JournalEntry entry in entries)
        {
            sequences.Add(entry.Sequence);
        }

        return sequences;
    }
}
