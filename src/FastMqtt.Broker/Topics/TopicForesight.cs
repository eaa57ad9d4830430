// Decides when the topics of a read are matched ahead, and finds them in it: when topics miss the cache, and there are
// so many filters that their memory is not in a processor's cache either. Nothing here changes what is found. One per
// dispatcher; used by its ConnectionReader.
using System.Buffers.Binary;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Topics;

internal sealed class TopicForesight(SubscriptionIndex index, MatchCache cache)
{
    // Filters from which on it pays: with 50,000 it is even.
    public const int FiltersMin = 100_000;

    // Misses since the last question that make the next topics worth a look.
    private const int MissesMin = 4;

    // Bytes to the next question while hits are the rule, and at least in any case.
    private const int RestBytes = 1_024;
    private const int StepBytes = 64;

    private long _misses;

    // Batches matched: for tests.
    public long BatchCount { get; private set; }

    // Returns how many bytes of the input are dealt with: it asks to be called again behind them.
    public int LookAhead(ReadOnlySpan<byte> unread, int maximumPacketSize, ProtocolVersion version)
    {
        long misses = cache.MissCount - _misses;
        _misses = cache.MissCount;
        if (misses < MissesMin || index.FilterCount < FiltersMin)
        {
            return RestBytes;
        }

        MatchBatch batch = cache.Batch;
        batch.Clear();
        int bytes = Collect(batch, unread, maximumPacketSize, version);
        if (batch.Count > 1)
        {
            BatchCount++;
            batch.Match();
        }
        else
        {
            batch.Clear();
        }

        return Math.Max(bytes, StepBytes);
    }

    // Returns the bytes of the packets whose topics fill the batch. An alias has none, which is as good as any that
    // nobody subscribes to.
    private static int Collect(
        MatchBatch batch,
        ReadOnlySpan<byte> unread,
        int maximumPacketSize,
        ProtocolVersion version)
    {
        int bytes = 0;
        while (!batch.IsFull
            && FrameDecoder.TryRead(unread[bytes..], maximumPacketSize, out FixedHeader header, out _, version)
                == FrameResult.Complete)
        {
            int start = bytes + header.HeaderLength + sizeof(ushort);
            bytes += header.TotalLength;
            if (header.Type == PacketType.Publish
                && start <= bytes
                && BinaryPrimitives.ReadUInt16BigEndian(unread[(start - sizeof(ushort))..]) is var length
                && length <= bytes - start)
            {
                batch.Add(unread.Slice(start, length));
            }
        }

        return bytes;
    }
}
