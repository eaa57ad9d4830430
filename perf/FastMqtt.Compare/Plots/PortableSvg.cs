// Makes the library's SVG the same for the same figures and readable everywhere: fonts that readers have, coordinates
// without digits that nobody sees, identifiers that do not count on from the plot before. Called by LogPlot.
using System.Globalization;
using System.Text.RegularExpressions;

namespace FastMqtt.Compare.Plots;

public static partial class PortableSvg
{
    // Verdana and Geneva have letters as wide as those of DejaVu Sans, with which the text was measured.
    private const string Fonts = "font-family=\"DejaVu Sans, Verdana, Geneva, sans-serif\"";

    public static string From(string svg)
    {
        var identifiers = new Dictionary<string, string>(StringComparer.Ordinal);
        svg = FontFamily().Replace(svg, Fonts);
        svg = Identifier().Replace(svg, match =>
        {
            if (!identifiers.TryGetValue(match.Value, out string? name))
            {
                name = $"clip{identifiers.Count + 1}";
                identifiers.Add(match.Value, name);
            }

            return name;
        });
        return LongNumber().Replace(svg, match => double
            .Parse(match.ValueSpan, CultureInfo.InvariantCulture).ToString("0.##", CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();

    [GeneratedRegex(@"\bcl_[0-9a-f]+\b")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"(?<![\w#.])\d+\.\d{3,}")]
    private static partial Regex LongNumber();
}
