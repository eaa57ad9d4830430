// When the collector is kept quiet, and that it is not for ever.

using System.Runtime;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Allocation;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

[Collection(nameof(RunsAlone))]
public sealed class QuietHeapTests
{
    [Fact]
    public void It_is_quiet_from_many_rows_on_until_the_end()
    {
        GCLatencyMode before = GCSettings.LatencyMode;
        var heap = new QuietHeap();
        for (int i = 1; i < QuietHeap.RowsBetween; i++)
        {
            heap.Add();
        }

        Assert.Equal(before, GCSettings.LatencyMode);
        heap.Add();
        Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
        int collections = GC.CollectionCount(0);
        byte[][] rows = [.. Enumerable.Range(0, 1_000).Select(_ => new byte[64 << 10])]; // 64 MB
        Assert.Equal(collections, GC.CollectionCount(0));
        GC.KeepAlive(rows);
        heap.End();
        Assert.Equal(before, GCSettings.LatencyMode);
    }

    [Fact]
    public void It_begins_anew_when_more_was_read_than_it_has_asked_for()
    {
        GCLatencyMode before = GCSettings.LatencyMode;
        var heap = new QuietHeap();
        for (int turn = 0; turn < 3; turn++)
        {
            for (int i = 0; i < QuietHeap.RowsBetween; i++)
            {
                heap.Add();
            }

            Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
            GC.KeepAlive(new byte[300 << 20]);
        }

        heap.End();
        Assert.Equal(before, GCSettings.LatencyMode);
    }

    [Fact]
    public void Few_rows_change_nothing()
    {
        int collections = GC.CollectionCount(2);
        new QuietHeap().End();
        Assert.Equal(collections, GC.CollectionCount(2));
    }
}
