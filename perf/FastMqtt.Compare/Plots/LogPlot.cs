// Draws grouped horizontal bars on a logarithmic axis with ScottPlot: a group per workload, a bar per broker, its
// figure behind it. Values with a second figure get a mark inside the bar. Called by PlotSet.
using ScottPlot;

namespace FastMqtt.Compare.Plots;

public static class LogPlot
{
    /// <summary>Its letters are measured; the reader's machine may show one with the same widths.</summary>
    public const string Font = "DejaVu Sans";

    private const int WidthPixels = 960;
    private const int BarPixels = 17;
    private const int GapPixels = 13;
    private const int FramePixels = 140;
    private const int TitlePixels = 46;
    private const int SubtitlePixels = 12;
    private const float TextSize = 12;
    private const float SmallTextSize = 11;
    private const float TitleSize = 18;

    // The one under test stands out, the rest keep apart in grey and in print.
    private static readonly Color[] Colors =
    [
        Color.FromHex("#1F6FEB"), Color.FromHex("#8C959F"), Color.FromHex("#D29922"), Color.FromHex("#2DA44E"),
        Color.FromHex("#A475F9"), Color.FromHex("#CF222E"), Color.FromHex("#57606A"),
    ];

    private static readonly Color TextColor = Color.FromHex("#24292F");
    private static readonly Color QuietColor = Color.FromHex("#57606A");
    private static readonly Color GridColor = Color.FromHex("#D8DEE4");

    public static bool HasFont => SkiaSharp.SKFontManager.Default.MatchFamily(Font) is not null;

    public static string Render(PlotData data)
    {
        using var plot = new ScottPlot.Plot();
        plot.Font.Set(Font);
        List<double> values =
        [
            .. data.Rows.SelectMany(row => row.Values).OfType<PlotValue>().SelectMany(Ends),
        ];
        (double from, double to) = LogScale.Around(values);
        double slots = AddBars(plot, data, from);
        AddAxes(plot, data, from, to, slots);
        AddWords(plot, data);
        int height = FramePixels + (int)(slots * BarPixels);
        return PortableSvg.From(plot.GetSvgXml(WidthPixels, height));
    }

    private static IEnumerable<double> Ends(PlotValue value) =>
        value.To is { } to ? [value.From, to] : [value.From];

    // Positions count in bars from the top down; ScottPlot's axis goes up, hence the minus.
    private static double AddBars(ScottPlot.Plot plot, PlotData data, double from)
    {
        double position = 0;
        var ticks = new List<Tick>();
        foreach (PlotRow row in data.Rows)
        {
            double first = position;
            for (int i = 0; i < row.Values.Count; i++, position++)
            {
                if (row.Values[i] is { } value)
                {
                    AddBar(plot, value, -position, Colors[i % Colors.Length], from);
                }
                else
                {
                    AddText(plot, "no figure", from, -position, QuietColor);
                }
            }

            ticks.Add(new Tick(-(first + position - 1) / 2, row.Title));
            position += (double)GapPixels / BarPixels;
        }

        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. ticks]);
        return position;
    }

    private static void AddBar(ScottPlot.Plot plot, PlotValue value, double position, Color color, double from)
    {
        double end = Math.Log10(value.To ?? value.From);
        plot.Add.Bar(new Bar
        {
            Position = position,
            ValueBase = from,
            Value = end,
            Size = 0.86,
            Orientation = Orientation.Horizontal,
            FillColor = color,
            LineWidth = 0,
        });
        if (value.To is not null)
        {
            double mark = Math.Log10(value.From);
            ScottPlot.Plottables.LinePlot line = plot.Add.Line(mark, position - 0.43, mark, position + 0.43);
            line.Color = ScottPlot.Colors.White;
            line.LineWidth = 3;
        }

        AddText(plot, value.Text, end, position, TextColor);
    }

    private static void AddText(ScottPlot.Plot plot, string words, double at, double position, Color color)
    {
        ScottPlot.Plottables.Text text = plot.Add.Text(words, at, position);
        text.LabelFontName = Font;
        text.LabelFontSize = SmallTextSize;
        text.LabelFontColor = color;
        text.LabelAlignment = Alignment.MiddleLeft;
        text.OffsetX = 5;
        text.OffsetY = 3;
    }

    private static void AddAxes(ScottPlot.Plot plot, PlotData data, double from, double to, double slots)
    {
        var decades = new ScottPlot.TickGenerators.NumericManual();
        for (int exponent = (int)Math.Ceiling(from); exponent <= to; exponent++)
        {
            decades.AddMajor(exponent, LogScale.Name(exponent));
        }

        plot.Axes.Bottom.TickGenerator = decades;
        plot.Axes.SetLimits(from, to, -(slots - 0.2), 0.9);
        plot.Axes.Bottom.Label.Text = data.Axis;
        plot.Axes.Bottom.Label.FontSize = TextSize;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Bottom.Label.ForeColor = QuietColor;
        plot.Axes.Bottom.TickLabelStyle.ForeColor = QuietColor;
        plot.Axes.Left.TickLabelStyle.FontSize = TextSize;
        plot.Axes.Left.TickLabelStyle.ForeColor = TextColor;
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Left.FrameLineStyle.Color = QuietColor;
        plot.Axes.Bottom.FrameLineStyle.Color = GridColor;
        plot.Axes.Bottom.MajorTickStyle.Color = GridColor;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Grid.XAxisStyle.MajorLineStyle.Color = GridColor;
    }

    private static void AddWords(ScottPlot.Plot plot, PlotData data)
    {
        plot.Axes.Title.Label.Text = data.Title;
        plot.Axes.Title.Label.FontSize = TitleSize;
        plot.Axes.Title.Label.ForeColor = TextColor;
        plot.Axes.Top.Label.Text = data.Subtitle;
        plot.Axes.Top.Label.FontSize = SmallTextSize;
        plot.Axes.Top.Label.Bold = false;
        plot.Axes.Top.Label.ForeColor = QuietColor;
        plot.Legend.ManualItems.Clear();
        for (int i = 0; i < data.Brokers.Count; i++)
        {
            plot.Legend.ManualItems.Add(new LegendItem
            {
                LabelText = data.Brokers[i],
                FillColor = Colors[i % Colors.Length],
                LabelFontName = Font,
            });
        }

        plot.Axes.Title.MinimumSize = TitlePixels;
        plot.Axes.Title.Label.OffsetY = -SubtitlePixels;
        ScottPlot.Panels.LegendPanel panel = plot.ShowLegend(Edge.Bottom);
        panel.Padding = new PixelPadding(0, 0, 0, 0);
        Legend legend = panel.Legend;
        legend.Orientation = Orientation.Horizontal;
        legend.OutlineWidth = 0;
        legend.ShadowColor = ScottPlot.Colors.Transparent;
        legend.FontSize = TextSize;
        legend.FontColor = TextColor;
    }
}
