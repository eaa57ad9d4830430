// Figures as people read them: three digits and a unit. Called by everything that prints.
using System.Globalization;

namespace FastMqtt.Compare.Results;

public static class Numbers
{
    public const string None = "-";

    /// <summary>8.76 M, 124 k, 950.</summary>
    public static string Rate(double? value) => value switch
    {
        null => None,
        >= 999_500 => $"{Digits(value.Value / 1e6)} M",
        >= 999.5 => $"{Digits(value.Value / 1e3)} k",
        _ => Digits(value.Value),
    };

    /// <summary>Microseconds, from 1,000 on as milliseconds.</summary>
    public static string Microseconds(double? value) => value switch
    {
        null => None,
        >= 999.5 => $"{Digits(value.Value / 1e3)} ms",
        _ => $"{Digits(value.Value)} us",
    };

    /// <summary>Kibibytes in, MiB out.</summary>
    public static string Mebibytes(double? kibibytes) =>
        kibibytes is { } value ? $"{(value / 1024).ToString("0.0", CultureInfo.InvariantCulture)} MiB" : None;

    public static string Whole(double? value) =>
        value is { } number ? number.ToString("#,0", CultureInfo.InvariantCulture) : None;

    /// <summary>79 x, 1.3 x.</summary>
    public static string Ratio(double? value) => value is { } ratio ? $"{Digits(ratio)} x" : None;

    /// <summary>Three digits that count, at most three behind the point.</summary>
    public static string Digits(double value) => Math.Abs(value) switch
    {
        >= 99.95 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 9.995 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 0.9995 => value.ToString("0.00", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
