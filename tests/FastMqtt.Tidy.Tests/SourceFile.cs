// One text file of the repository, by its path from the root with forward slashes.
namespace FastMqtt.Tidy.Tests;

public sealed record SourceFile(string Path, string Text)
{
    public IReadOnlyList<string> Lines { get; } = Text.Split('\n');

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public bool IsSource => IsCSharp && Path.StartsWith("src/", StringComparison.Ordinal);

    public bool IsTest => IsCSharp && Path.StartsWith("tests/", StringComparison.Ordinal);

    public bool IsScript => Path.EndsWith(".sh", StringComparison.Ordinal) || Path == ".ci/run";

    /// <summary>A complaint in the form that editors make clickable.</summary>
    public string At(int lineIndex, string complaint) => $"{Path}:{lineIndex + 1}: {complaint}";
}
