// The time at the head of a line of text. Without a format ISO 8601 in UTC; with one, what strftime makes of it in the
// C locale and in local time, as Mosquitto does. Local time is UTC where the system has no time zone data.
// Allocates nothing: it is written for every line.
using System.Globalization;

namespace FastMqtt.Logging;

internal sealed class TimestampFormat(string? format, TimeZoneInfo? zone = null)
{
    private readonly TimeZoneInfo _zone = zone ?? TimeZoneInfo.Local;

    public bool TryFormat(DateTimeOffset utc, Span<char> destination, out int charsWritten)
    {
        if (format is null)
        {
            return utc.TryFormat(destination, out charsWritten, "s", CultureInfo.InvariantCulture);
        }

        TimeSpan offset = _zone.GetUtcOffset(utc);
        var writer = new LineWriter(destination);
        Write(ref writer, format, utc.ToOffset(offset), offset);
        charsWritten = writer.Length;
        return !writer.IsOverflown;
    }

    private void Write(ref LineWriter writer, ReadOnlySpan<char> format, DateTimeOffset time, TimeSpan offset)
    {
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            if (c != '%' || i + 1 == format.Length)
            {
                writer.Append(c < ' ' ? ' ' : c);
                continue;
            }

            int begin = i++;
            char flag = format[i] is '-' or '_' or '0' or '^' ? format[i++] : '\0';
            if (i < format.Length && format[i] is 'E' or 'O')
            {
                i++; // other digits and eras, which the C locale has not
            }

            if (i >= format.Length || !TryWrite(ref writer, format[i], flag, time, offset))
            {
                writer.Append(format[begin..Math.Min(i + 1, format.Length)]);
            }
        }
    }

    // False: strftime does not know it either, and it is written as it stands.
    private bool TryWrite(ref LineWriter writer, char conversion, char flag, DateTimeOffset time, TimeSpan offset)
    {
        if (Composite(conversion) is { } composite)
        {
            Write(ref writer, composite, time, offset);
            return true;
        }

        switch (conversion)
        {
            case 'a' or 'A' or 'b' or 'B' or 'h' or 'p' or 'P' or 'Z':
                WriteName(ref writer, conversion, flag, time);
                return true;
            case 's':
                WriteText(ref writer, time.ToUnixTimeSeconds());
                return true;
            case 'z':
                writer.Append(offset < TimeSpan.Zero ? '-' : '+');
                writer.Append(Math.Abs(offset.Hours), 2);
                writer.Append(Math.Abs(offset.Minutes), 2);
                return true;
            case 'n' or 't':
                writer.Append(' '); // a line stays a line
                return true;
            case '%':
                writer.Append('%');
                return true;
            default:
                return TryWriteNumber(ref writer, conversion, flag, time);
        }
    }

    private static string? Composite(char conversion) => conversion switch
    {
        'c' => "%a %b %e %H:%M:%S %Y",
        'D' or 'x' => "%m/%d/%y",
        'F' => "%Y-%m-%d",
        'r' => "%I:%M:%S %p",
        'R' => "%H:%M",
        'T' or 'X' => "%H:%M:%S",
        '+' => "%a %b %e %H:%M:%S %Z %Y",
        _ => null,
    };

    private static bool TryWriteNumber(ref LineWriter writer, char conversion, char flag, DateTimeOffset time)
    {
        int weekday = (int)time.DayOfWeek;
        int monday = (weekday + 6) % 7;
        int hour12 = time.Hour % 12 == 0 ? 12 : time.Hour % 12;
        (int value, int digits, char filler) = conversion switch
        {
            'C' => (time.Year / 100, 2, '0'),
            'd' => (time.Day, 2, '0'),
            'e' => (time.Day, 2, ' '),
            'g' => (ISOWeek.GetYear(time.DateTime) % 100, 2, '0'),
            'G' => (ISOWeek.GetYear(time.DateTime), 1, '0'),
            'H' => (time.Hour, 2, '0'),
            'I' => (hour12, 2, '0'),
            'j' => (time.DayOfYear, 3, '0'),
            'k' => (time.Hour, 2, ' '),
            'l' => (hour12, 2, ' '),
            'm' => (time.Month, 2, '0'),
            'M' => (time.Minute, 2, '0'),
            'S' => (time.Second, 2, '0'),
            'u' => (monday + 1, 1, '0'),
            'U' => ((time.DayOfYear + 6 - weekday) / 7, 2, '0'),
            'V' => (ISOWeek.GetWeekOfYear(time.DateTime), 2, '0'),
            'w' => (weekday, 1, '0'),
            'W' => ((time.DayOfYear + 6 - monday) / 7, 2, '0'),
            'y' => (time.Year % 100, 2, '0'),
            'Y' => (time.Year, 1, '0'),
            _ => (0, 0, '\0'),
        };
        if (digits == 0)
        {
            return false;
        }

        filler = flag switch { '_' => ' ', '0' => '0', _ => filler };
        writer.Append(value, flag == '-' ? 1 : digits, filler);
        return true;
    }

    private void WriteName(ref LineWriter writer, char conversion, char flag, DateTimeOffset time)
    {
        DateTimeFormatInfo names = CultureInfo.InvariantCulture.DateTimeFormat;
        bool isMorning = time.Hour < 12;
        string name = conversion switch
        {
            'a' => names.AbbreviatedDayNames[(int)time.DayOfWeek],
            'A' => names.DayNames[(int)time.DayOfWeek],
            'B' => names.MonthNames[time.Month - 1],
            'p' => isMorning ? "AM" : "PM",
            'P' => isMorning ? "am" : "pm",
            'Z' => ZoneName(time),
            _ => names.AbbreviatedMonthNames[time.Month - 1],
        };
        foreach (char c in name)
        {
            writer.Append(flag == '^' ? char.ToUpperInvariant(c) : c);
        }
    }

    // Names of zones are data of a locale, which this build has none of: UTC by name, others by their offset.
    private string ZoneName(DateTimeOffset time) => time.Offset == TimeSpan.Zero ? "UTC"
        : _zone.IsDaylightSavingTime(time) ? _zone.DaylightName : _zone.StandardName;

    private static void WriteText(ref LineWriter writer, long number)
    {
        if (!number.TryFormat(writer.Rest, out int length, default, CultureInfo.InvariantCulture))
        {
            writer.Overflow();
            return;
        }

        writer.Advance(length);
    }
}
