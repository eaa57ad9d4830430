// docs/CONFIGURATION.md holds the table of options as the catalogue has it.
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class DocumentTests
{
    private const string Begin = "<!-- options: begin -->";
    private const string End = "<!-- options: end -->";

    [Fact]
    public void table_of_options_is_the_catalogue()
    {
        string page = File.ReadAllText(FindPage());
        int begin = page.IndexOf(Begin, StringComparison.Ordinal);
        int end = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin > 0 && end > begin, $"docs/CONFIGURATION.md has no {Begin} and {End}");
        using var table = new StringWriter { NewLine = "\n" };
        OptionTable.Write(table);
        string written = page[(begin + Begin.Length)..end].Trim();
        Assert.True(
            written == table.ToString().Trim(),
            "docs/CONFIGURATION.md is out of date: put the output of `fastmqtt check --options` between the marks");
    }

    private static string FindPage()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastMqtt.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "docs", "CONFIGURATION.md");
    }
}
