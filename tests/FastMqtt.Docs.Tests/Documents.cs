// What is looked at: every Markdown file that users and developers read.
namespace FastMqtt.Docs.Tests;

public static class Documents
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<Document> All { get; } = Read();

    /// <summary>The blocks in a language, as rows of a theory: where it is, and its text.</summary>
    public static TheoryData<string, string> BlocksIn(string language)
    {
        var rows = new TheoryData<string, string>();
        foreach (Block block in All.SelectMany(document => document.Blocks).Where(b => b.Language == language))
        {
            rows.Add(block.Place, block.Text);
        }

        return rows;
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastMqtt.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("FastMqtt.sln is in no folder above the tests");
    }

    private static List<Document> Read()
    {
        var documents = new List<Document>();
        foreach (string folder in new[] { ".", "docs", "samples", "perf/results" })
        {
            string path = Path.Combine(Root, folder);
            string[] files = Directory.Exists(path) ? Directory.GetFiles(path, "*.md") : [];
            foreach (string file in files.Order())
            {
                string name = Path.GetRelativePath(Root, file).Replace('\\', '/');
                documents.Add(new Document(name, File.ReadAllText(file)));
            }
        }

        return documents;
    }
}
