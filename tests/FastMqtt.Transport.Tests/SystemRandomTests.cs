// Random bytes from the kernel: every byte is filled, whatever the length, and nothing repeats.

using System;
using Xunit;

namespace FastMqtt.Transport.Tests;

public sealed class SystemRandomTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100_000)]
    public void Every_byte_is_filled(int length)
    {
        // A byte that is filled is zero 40 times running with a chance of 2 to the power of -320.
        byte[] seen = new byte[length];
        byte[] filled = new byte[length];
        for (int i = 0; i < 40; i++)
        {
            SystemRandom.Fill(filled);
            for (int j = 0; j < length; j++)
            {
                seen[j] |= filled[j];
            }
        }

        Assert.DoesNotContain((byte)0, seen);
    }

    [Fact]
    public void Numbers_do_not_repeat() => Assert.NotEqual(SystemRandom.NextUInt64(), SystemRandom.NextUInt64());
}
