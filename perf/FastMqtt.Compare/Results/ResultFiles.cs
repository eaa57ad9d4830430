// Writes what a run leaves: page, raw samples and plots in the folder of results and, when asked, README.md's part.
// Called by CompareRun.
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Plots;

namespace FastMqtt.Compare.Results;

internal sealed class ResultFiles(string root, string folder, TextWriter error)
{
    private const string ReadmeName = "README.md";

    // Without the font there is no text, and nothing says so.
    private static bool HasPlots => LogPlot.HasFont;

    /// <summary>Returns the page's path.</summary>
    public string Write(ResultSet results, Facts facts)
    {
        Directory.CreateDirectory(folder);
        if (!HasPlots)
        {
            error.WriteLine($"no plots: the font {LogPlot.Font} is missing (apt-get install fonts-dejavu-core)");
        }

        foreach (Plot plot in HasPlots ? PlotSet.All(results, facts) : [])
        {
            File.WriteAllText(PathOf(facts, plot.Name, "svg"), plot.Svg);
        }

        string page = PathOf(facts, name: null, "md");
        File.WriteAllText(page, ResultPage.Render(results, facts, Plots(results, facts, folder)));
        File.WriteAllText(PathOf(facts, name: null, "json"), RawResults.Render(facts, results.Samples));
        return page;
    }

    /// <exception cref="ConfigurationException">README.md lacks the markers.</exception>
    public void RewriteReadme(ResultSet results, Facts facts)
    {
        string path = Path.Combine(root, ReadmeName);
        string details = Path.GetRelativePath(root, PathOf(facts, name: null, "md"));
        string part = Readme.Part(results, facts, Plots(results, facts, root), details);
        File.WriteAllText(path, Readme.Replace(File.ReadAllText(path), part));
    }

    private List<(string Title, string Path)> Plots(ResultSet results, Facts facts, string from) =>
    [
        .. (HasPlots ? PlotSet.Data(results, facts) : [])
            .Select(plot => (plot.Data.Title, Path.GetRelativePath(from, PathOf(facts, plot.Name, "svg")))),
    ];

    // A quick run does not replace the page of a full one of the same day.
    private string PathOf(Facts facts, string? name, string extension)
    {
        string kind = facts.IsQuick ? "-quick" : string.Empty;
        string part = name is null ? string.Empty : $"-{name}";
        return Path.Combine(folder, $"{facts.Date}{kind}{part}.{extension}");
    }
}
