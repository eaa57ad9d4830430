// Reading and writing any packet of the golden table allocates nothing.
using FastMqtt.Protocol.Tests.Golden;
using Xunit;

namespace FastMqtt.Protocol.Tests;

public class AllocationTests
{
    private const int Repeats = 1_000;

    // A collection that another thread causes in between is counted here with what is left of an allocation block, up
    // to
    // 8 KiB. What the code under test allocates comes with every attempt, so the least of a few is the truth.
    private const int Attempts = 5;

    [Fact]
    public void reading_and_writing_a_golden_row_allocates_nothing()
    {
        byte[] destination = new byte[4_096];
        foreach (GoldenRow row in GoldenTable.All)
        {
            Decode(row, destination);
        }

        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least > 0; attempt++)
        {
            least = Math.Min(least, Measure(destination));
        }

        Assert.Equal(0, least);
    }

    private static long Measure(byte[] destination)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (GoldenRow row in GoldenTable.All)
        {
            for (int i = 0; i < Repeats; i++)
            {
                Decode(row, destination);
            }
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Decode(GoldenRow row, byte[] destination)
    {
        ReadOnlySpan<byte> input = row.Bytes;
        FrameResult result = FrameDecoder.TryRead(
            input, int.MaxValue, out FixedHeader header, out _, row.Version);
        if (result == FrameResult.Complete)
        {
            PacketRewriter.Rewrite(
                header, input[header.HeaderLength..header.TotalLength], row.Version, destination, out _, out _);
        }
    }
}
