// The text files under the repository's root, read once. Build output and other people's packages are left out.
namespace FastMqtt.Tidy.Tests;

public static class Repository
{
    private static readonly string[] SkippedFolders =
        ["bin", "obj", "artifacts", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts", ".git", ".vs", ".idea"];

    private static readonly string[] TextExtensions =
        [".cs", ".sh", ".md", ".csproj", ".props", ".targets", ".js", ".py", ".yml", ".yaml"];

    private static readonly string[] TextNames = ["Makefile", "Dockerfile", ".editorconfig", ".gitignore", "run"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> Files { get; } = Read();

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastMqtt.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("FastMqtt.sln is in no folder above the tests");
    }

    private static List<SourceFile> Read()
    {
        var files = new List<SourceFile>();
        var folders = new Stack<string>([Root]);
        while (folders.TryPop(out string? folder))
        {
            foreach (string child in Directory.GetDirectories(folder))
            {
                if (!SkippedFolders.Contains(Path.GetFileName(child)))
                {
                    folders.Push(child);
                }
            }

            files.AddRange(Directory.GetFiles(folder).Where(IsText).Select(ReadFile));
        }

        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return files;
    }

    private static bool IsText(string path) =>
        TextExtensions.Contains(Path.GetExtension(path)) || TextNames.Contains(Path.GetFileName(path));

    private static SourceFile ReadFile(string path) =>
        new(Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path));
}
