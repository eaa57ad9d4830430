// Logins from an address that fail too often wait longer and longer; the delay has a limit and fades.

using System.Net;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Access;

public sealed class FailedLoginsTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);
    private readonly ManualTime _time = new();
    private readonly IPAddress _address = IPAddress.Parse("192.0.2.1");

    [Fact]
    public void A_few_failures_cost_nothing_and_more_cost_more_each()
    {
        var failed = new FailedLogins(_time);
        for (int i = 0; i < FailedLogins.FreeFailures; i++)
        {
            failed.Add(_address);
            Assert.Equal(TimeSpan.Zero, failed.DelayOf(_address, Longest));
        }

        TimeSpan expected = FailedLogins.FirstDelay;
        for (int i = 0; i < 4; i++, expected *= 2)
        {
            failed.Add(_address);
            Assert.Equal(expected, failed.DelayOf(_address, Longest));
        }

        for (int i = 0; i < 1_000; i++)
        {
            failed.Add(_address);
        }

        Assert.Equal(Longest, failed.DelayOf(_address, Longest));
        Assert.Equal(TimeSpan.Zero, failed.DelayOf(_address, TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, failed.DelayOf(IPAddress.Parse("192.0.2.2"), Longest));
        Assert.Equal(TimeSpan.Zero, failed.DelayOf(null, Longest));
    }

    [Fact]
    public void It_fades()
    {
        var failed = new FailedLogins(_time);
        for (int i = 0; i < 1_000; i++)
        {
            failed.Add(_address);
        }

        _time.Advance((long)(FailedLogins.FadeTime * 12).TotalMilliseconds);
        Assert.Equal(FailedLogins.FirstDelay, failed.DelayOf(_address, Longest));
        _time.Advance((long)FailedLogins.FadeTime.TotalMilliseconds);
        Assert.Equal(TimeSpan.Zero, failed.DelayOf(_address, Longest));
    }

    [Fact]
    public void A_flood_of_addresses_takes_the_place_of_the_oldest()
    {
        var failed = new FailedLogins(_time);
        for (int i = 0; i < 10; i++)
        {
            failed.Add(_address);
        }

        for (int i = 0; i < FailedLogins.AddressesMax; i++)
        {
            _time.Advance(i == 0 ? 1 : 0);
            failed.Add(new IPAddress(0x0A00_0000 + i));
        }

        Assert.Equal(TimeSpan.Zero, failed.DelayOf(_address, Longest));
    }
}
