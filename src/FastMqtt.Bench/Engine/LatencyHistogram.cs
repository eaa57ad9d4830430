// Counts latencies in buckets whose width is at most 1/128 of their value, so that percentiles of any number of
// messages fit into 58 KiB and are right to 0.8 %. Adding is a shift, a count of zeros and an addition.
using System.Numerics;

namespace FastMqtt.Bench.Engine;

internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 7;
    private const int SubBuckets = 1 << SubBucketBits;
    private const int Buckets = (64 - SubBucketBits) * SubBuckets;

    private readonly long[] _counts = new long[Buckets];

    public long Count { get; private set; }

    public long Maximum { get; private set; }

    public double Mean => Count > 0 ? _sum / Count : 0;

    private double _sum;

    public void Add(long nanoseconds, long count = 1)
    {
        nanoseconds = Math.Max(0, nanoseconds);
        _counts[Index(nanoseconds)] += count;
        Count += count;
        _sum += (double)nanoseconds * count;
        Maximum = Math.Max(Maximum, nanoseconds);
    }

    public void Clear()
    {
        _counts.AsSpan().Clear();
        Count = 0;
        Maximum = 0;
        _sum = 0;
    }

    /// <summary>The latency that this share of all messages does not exceed: the upper edge of its bucket.</summary>
    public long Percentile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return Math.Min(UpperEdge(i), Maximum);
            }
        }

        return 0;
    }

    private static int Index(long value)
    {
        int exponent = Math.Max(0, BitOperations.Log2((ulong)value) - SubBucketBits);
        return (exponent << SubBucketBits) + (int)(value >> exponent);
    }

    private static long UpperEdge(int index)
    {
        // Values below 2 * SubBuckets are their own bucket; above, each exponent owns SubBuckets buckets.
        int exponent = Math.Max(0, (index >> SubBucketBits) - 1);
        long scaled = index - ((long)exponent << SubBucketBits);
        return ((scaled + 1) << exponent) - 1;
    }
}
