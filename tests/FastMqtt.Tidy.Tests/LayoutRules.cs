// Rules about the shape of files: line, function and file lengths, white space, the opening comment.
namespace FastMqtt.Tidy.Tests;

public static class LayoutRules
{
    private const int ColumnsMax = 120;
    private const int FunctionLinesMax = 70;
    private const int FileLinesMax = 500;

    public static IEnumerable<Rule> All =>
    [
        Rule.PerFile("lines are at most 120 columns", LongLines, Code($"class A {{ }} {new string('/', 110)}\n")),
        Rule.PerFile("files are at most 500 lines", LongFiles, Code(Repeat("// line\n", FileLinesMax + 1))),
        Rule.PerFile("functions are at most 70 lines", LongFunctions, Code(LongFunction)),
        Rule.PerFile("no tabs", Tabs, Code("class A\n{\n\tint b;\n}\n")),
        Rule.PerFile("no space at the end of a line", TrailingSpace, Code("class A { } \n")),
        Rule.PerFile("each file ends with one line feed", LastLine, Code("class A { }")),
        Rule.PerFile("each file in src opens with a comment", OpeningComment, Code("using System;\n// late\n")),
    ];

    private static string LongFunction =>
        $"class A\n{{\n    int B()\n    {{\n{Repeat("        C();\n", FunctionLinesMax - 2)}    }}\n}}\n";

    private static IEnumerable<string> LongLines(SourceFile file) => file.IsCSharp || file.IsScript
        ? Matching(file, line => line.Length > ColumnsMax, $"more than {ColumnsMax} columns")
        : [];

    private static IEnumerable<string> LongFiles(SourceFile file) =>
        file.IsCSharp && file.Lines.Count - 1 > FileLinesMax
            ? [file.At(0, $"{file.Lines.Count - 1} lines, {FileLinesMax} at most")]
            : [];

    private static IEnumerable<string> LongFunctions(SourceFile file) => file.IsCSharp
        ? FunctionLengths.Find(file.Text)
            .Where(function => function.Count > FunctionLinesMax)
            .Select(function => file.At(function.LineIndex, $"{function.Count} lines, {FunctionLinesMax} at most"))
        : [];

    private static IEnumerable<string> Tabs(SourceFile file) => Path.GetFileName(file.Path) == "Makefile"
        ? []
        : Matching(file, line => line.Contains('\t', StringComparison.Ordinal), "tab");

    private static IEnumerable<string> TrailingSpace(SourceFile file) =>
        Matching(file, line => line.EndsWith(' ') || line.EndsWith('\r'), "space at the end");

    private static IEnumerable<string> LastLine(SourceFile file) =>
        file.Text.EndsWith('\n') && !file.Text.EndsWith("\n\n", StringComparison.Ordinal)
            ? []
            : [file.At(file.Lines.Count - 1, "must end with one line feed")];

    private static IEnumerable<string> OpeningComment(SourceFile file) =>
        file.IsSource && !file.Text.StartsWith("// ", StringComparison.Ordinal)
            ? [file.At(0, "does not say what it is in an opening comment")]
            : [];

    private static IEnumerable<string> Matching(SourceFile file, Func<string, bool> isBad, string complaint) =>
        file.Lines.Index().Where(line => isBad(line.Item)).Select(line => file.At(line.Index, complaint));

    private static SourceFile Code(string text) => new("src/Sample.cs", text);

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
