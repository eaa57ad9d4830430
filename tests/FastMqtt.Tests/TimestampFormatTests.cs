// strftime's conversions, in the C locale and in local time.
using FastMqtt.Logging;
using Xunit;

namespace FastMqtt.Tests;

public class TimestampFormatTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 9, 5, 7, TimeSpan.Zero); // a Sunday, day 60

    [Theory]
    [InlineData("%Y-%m-%dT%H:%M:%S", "2026-03-01T09:05:07")]
    [InlineData("%Y-%m-%d %T %z", "2026-03-01 09:05:07 +0000")]
    [InlineData("[%c]", "[Sun Mar  1 09:05:07 2026]")]
    [InlineData("%a %A %b %h %B", "Sun Sunday Mar Mar March")]
    [InlineData("%D %x %F %R %X %r", "03/01/26 03/01/26 2026-03-01 09:05 09:05:07 09:05:07 AM")]
    [InlineData("%C %d %e %g %G %j", "20 01  1 26 2026 060")]
    [InlineData("%H %I %k %l %M %S %p %P", "09 09  9  9 05 07 AM am")]
    [InlineData("%u %w %U %W %V %y", "7 0 09 08 09 26")]
    [InlineData("%s", "1772355907")]
    [InlineData("%Z%%%n%t|", "UTC%  |")]
    [InlineData("%-d %_d %-H %^a %Ey %Od", "1  1 9 SUN 26 01")]
    [InlineData("%Q %", "%Q %")]
    [InlineData("a\nb", "a b")]
    public void conversion_is_as_in_strftime(string format, string expected) =>
        Assert.Equal(expected, Format(format, TimeZoneInfo.Utc));

    [Theory]
    [InlineData(-210, "2026-03-01 05:35 -0330")]
    [InlineData(345, "2026-03-01 14:50 +0545")]
    [InlineData(1_000 - 220, "2026-03-01 22:05 +1300")]
    public void time_is_local(int minutes, string expected)
    {
        TimeSpan offset = TimeSpan.FromMinutes(minutes);
        var zone = TimeZoneInfo.CreateCustomTimeZone("test", offset, "test", "test");
        Assert.Equal(expected, Format("%Y-%m-%d %H:%M %z", zone));
    }

    [Theory]
    [InlineData(0, "12 AM")]
    [InlineData(12, "12 PM")]
    [InlineData(23, "11 PM")]
    public void twelve_hours_have_no_zero(int hour, string expected)
    {
        Span<char> text = stackalloc char[32];
        var format = new TimestampFormat("%I %p", TimeZoneInfo.Utc);
        Assert.True(format.TryFormat(Time.AddHours(hour - 9), text, out int length));
        Assert.Equal(expected, text[..length].ToString());
    }

    [Fact]
    public void without_a_format_it_is_iso_8601_in_utc() =>
        Assert.Equal("2026-03-01T09:05:07", Format(null, TimeZoneInfo.Utc));

    [Fact]
    public void what_does_not_fit_is_refused()
    {
        Span<char> text = stackalloc char[5];
        Assert.False(new TimestampFormat("%Y-%m", TimeZoneInfo.Utc).TryFormat(Time, text, out _));
    }

    private static string Format(string? format, TimeZoneInfo zone)
    {
        Span<char> text = stackalloc char[128];
        Assert.True(new TimestampFormat(format, zone).TryFormat(Time, text, out int length));
        return text[..length].ToString();
    }
}
