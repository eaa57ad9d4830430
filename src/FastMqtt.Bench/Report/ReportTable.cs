// A report for people: a line for each group of figures, those that the run has.
using System.Globalization;
using System.Text;

namespace FastMqtt.Bench.Report;

internal static class ReportTable
{
    // Wide enough for the longest name and for figures of ten digits with their separators.
    private const int NameColumns = 24;
    private const int FigureColumns = 18;

    public static string Render(LoadReport report)
    {
        var text = new StringBuilder();
        foreach ((string name, object value) in report.Fields)
        {
            if (value is string { Length: 0 })
            {
                continue;
            }

            string shown = value switch
            {
                long whole => whole.ToString("#,0", CultureInfo.InvariantCulture),
                decimal real => real.ToString("#,0.###", CultureInfo.InvariantCulture),
                bool truth => truth ? "yes" : "no",
                _ => $"{value}",
            };
            text.Append(name.PadRight(NameColumns)).AppendLine(shown.PadLeft(FigureColumns));
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>What a report that is not ok complains about, in one line.</summary>
    public static string WhyNot(LoadReport report)
    {
        if (report.TryGet("error", out object error))
        {
            return $"{error}";
        }

        var complaint = new StringBuilder("the messages failed their check:");
        foreach (string name in (ReadOnlySpan<string>)["lost", "dup", "reorder", "bad"])
        {
            if (report.TryGet(name, out object count))
            {
                complaint.Append(CultureInfo.InvariantCulture, $" {name} {count}");
            }
        }

        return complaint.ToString();
    }
}
