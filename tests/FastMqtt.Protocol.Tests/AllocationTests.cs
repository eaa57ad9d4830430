// Reading and writing any packet of the golden table allocates nothing.
using FastMqtt.Protocol.Tests.Golden;
using Xunit;

namespace FastMqtt.Protocol.Tests;

public class AllocationTests
{
    private const int Repeats = 1_000;

    [Fact]
    public void reading_and_writing_a_golden_row_allocates_nothing()
    {
        byte[] destination = new byte[4_096];
        foreach (GoldenRow row in GoldenTable.All)
        {
            Decode(row, destination);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (GoldenRow row in GoldenTable.All)
        {
            for (int i = 0; i < Repeats; i++)
            {
                Decode(row, destination);
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
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
