// Rent, return, limits and trimming of the free lists, and the count of a slab.

using FastMqtt.Transport.Buffers;

namespace FastMqtt.Transport.Tests.Buffers;

public sealed class SlabPoolTests
{
    [Theory]
    [InlineData(1, 256)]
    [InlineData(256, 256)]
    [InlineData(257, 512)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 8192)]
    [InlineData(1048575, 1048576)]
    [InlineData(1048576, 1048576)]
    [InlineData(1048577, 1048577)]
    public void A_slab_has_the_next_power_of_two_and_above_the_largest_class_the_exact_size(int asked, int capacity)
    {
        SlabPool pool = new();
        Slab slab = pool.Rent(asked);
        Assert.Equal(capacity, slab.Capacity);
        Assert.Equal(capacity, slab.Span.Length);
        Assert.Equal(capacity, pool.RentedBytes);
        pool.Release(slab);
        Assert.Equal(0, pool.RentedBytes);
        Assert.Equal(capacity <= SlabPool.LargestPooledBytes ? capacity : 0, pool.FreeBytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_size_below_one_is_refused(int size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SlabPool().Rent(size));

    [Fact]
    public void The_slab_released_last_is_rented_first()
    {
        SlabPool pool = new();
        Slab first = pool.Rent(300);
        Slab second = pool.Rent(300);
        pool.Release(first);
        pool.Release(second);
        Assert.Same(second, pool.Rent(512));
        Assert.Same(first, pool.Rent(512));
    }

    [Fact]
    public void The_last_reference_of_several_returns_the_slab()
    {
        SlabPool pool = new();
        Slab slab = pool.Rent(1000);
        slab.AddReference();
        slab.AddReference();
        Assert.True(slab.IsShared);
        pool.Release(slab);
        Assert.False(slab.Release());
        Assert.False(slab.IsShared);
        Assert.Equal(0, pool.FreeBytes);
        Assert.True(slab.Release());
        pool.Return(slab);
        Assert.Equal(1024, pool.FreeBytes);
    }

    [Fact]
    public void A_slab_may_return_to_another_pool()
    {
        SlabPool origin = new();
        SlabPool other = new();
        other.Release(origin.Rent(256));
        Assert.Equal(0, origin.RentedBytes + other.RentedBytes);
        Assert.Equal(256, other.FreeBytes);
    }

    [Fact]
    public void Free_bytes_stop_at_the_limit_of_their_class()
    {
        SlabPool pool = new(new SlabPoolLimits { FreeBytesPerClassMax = 1024 });
        Slab[] slabs = [.. Enumerable.Range(0, 5).Select(_ => pool.Rent(256))];
        foreach (Slab slab in slabs[..4])
        {
            pool.Release(slab);
        }

        Assert.Equal(1024, pool.FreeBytes);
        pool.Release(slabs[4]);
        Assert.Equal(1024, pool.FreeBytes);
        Assert.Equal(0, pool.RentedBytes);
    }

    [Fact]
    public void Trim_drops_what_was_not_needed_and_keeps_what_was()
    {
        SlabPool pool = new();
        Slab[] slabs = [.. Enumerable.Range(0, 8).Select(_ => pool.Rent(256))];
        foreach (Slab slab in slabs)
        {
            pool.Release(slab);
        }

        pool.Trim();
        Assert.Equal(8 * 256, pool.FreeBytes);
        for (int i = 0; i < 100; i++)
        {
            Slab first = pool.Rent(256);
            Slab second = pool.Rent(256);
            pool.Release(first);
            pool.Release(second);
            pool.Trim();
        }

        Assert.Equal(2 * 256, pool.FreeBytes);
    }

    [Theory]
    [InlineData(256)]
    [InlineData(2048)]
    [InlineData(4096)]
    public void Slabs_of_one_class_share_no_byte_and_their_address_is_that_of_their_span(int bytes)
    {
        SlabPool pool = new();
        Slab[] slabs = [.. Enumerable.Range(0, 600).Select(_ => pool.Rent(bytes))];
        for (int i = 0; i < slabs.Length; i++)
        {
            slabs[i].Span.Fill((byte)i);
        }

        for (int i = 0; i < slabs.Length; i++)
        {
            Assert.Equal(bytes, slabs[i].Span.Length);
            Assert.Equal(-1, slabs[i].Span.IndexOfAnyExcept((byte)i));
            unsafe
            {
                fixed (byte* first = slabs[i].Span)
                {
                    Assert.Equal((nint)first, slabs[i].Address);
                }
            }
        }

        Assert.Equal(600L * bytes, pool.RentedBytes);
    }

    [Fact]
    public void Poison_stays_within_its_slab()
    {
        SlabPool pool = new(new SlabPoolLimits { PoisonReturned = true });
        Slab[] slabs = [pool.Rent(256), pool.Rent(256), pool.Rent(256)];
        foreach (Slab slab in slabs)
        {
            slab.Span.Clear();
        }

        pool.Release(slabs[1]);
        Assert.Equal(-1, slabs[0].Span.IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, slabs[2].Span.IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void Returned_memory_is_poisoned_when_asked()
    {
        SlabPool pool = new(new SlabPoolLimits { PoisonReturned = true });
        Slab slab = pool.Rent(256);
        slab.Span.Clear();
        pool.Release(slab);
        Assert.Equal(-1, pool.Rent(256).Span.IndexOfAnyExcept((byte)0xDB));
    }

    [Fact]
    public void References_of_several_threads_return_the_slab_exactly_once()
    {
        const int Rounds = 5_000;
        SlabPool pool = new();
        Slab slab = pool.Rent(256);
        int lastReleases = 0;
        using Barrier barrier = new(2);
        Thread other = new(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                ReleaseTogether();
            }
        });
        slab.AddReference();
        other.Start();
        for (int i = 0; i < Rounds; i++)
        {
            ReleaseTogether();
        }

        other.Join();
        Assert.Equal(Rounds, lastReleases);

        void ReleaseTogether()
        {
            barrier.SignalAndWait();
            bool isLast = slab.Release();
            barrier.SignalAndWait();
            if (isLast)
            {
                lastReleases++;
                pool.Return(slab);
                slab = pool.Rent(256);
                slab.AddReference();
            }

            barrier.SignalAndWait();
        }
    }

#if DEBUG
    [Fact]
    public void Misuse_is_asserted()
    {
        SlabPool pool = new();
        Slab slab = pool.Rent(256);
        pool.Release(slab);
        Assert.ThrowsAny<Exception>(() => slab.Release());
        Assert.ThrowsAny<Exception>(() => pool.Return(slab));
        Assert.ThrowsAny<Exception>(slab.AddReference);
        Assert.ThrowsAny<Exception>(() => slab.Span.Length);
    }
#endif
}
