// Rules about what must not be written: words of unfinished work, calls that block or hide work, LINQ in src.
// Comments and strings are not searched, except for the words of unfinished work, which live there.
using System.Text.RegularExpressions;

namespace FastMqtt.Tidy.Tests;

public static partial class WordRules
{
    public static IEnumerable<Rule> All =>
    [
        Rule.PerFile("no unfinished work", Unfinished, Source("// TODO: later\n")),
        Rule.PerFile("no unfinished work in tests", Unfinished, new("tests/Sample.cs", "// FIXME\n")),
        InSource("no Task.Run", TaskRun(), "Task.Run(Work);"),
        InSource("no async void", AsyncVoid(), "async void Work() { }"),
        InSource("no blocking on .Result", BlockingResult(), "int a = WorkAsync().Result;"),
        InSource("no lock on this", LockThis(), "lock (this) { }"),
        InSource("no LINQ in src", Linq(), "using System.Linq;"),
        InSource("no parallel LINQ in src", Linq(), "var a = System.Linq.Enumerable.Empty<int>();"),
        InSource("no regions", Region(), "#region Fields"),
        InSource("no Thread.Sleep in src", Sleep(), "Thread.Sleep(1);"),
        Rule.PerFile(
            "no sleeping in tests",
            file => file.IsTest ? Find(file, Sleep()) : [],
            new("tests/Sample.cs", "Thread.Sleep(100);\n")),
        Rule.PerFile(
            "no skipped tests",
            file => file.IsTest ? Find(file, Skip()) : [],
            new("tests/Sample.cs", "[Fact(Skip = Reason)]\n")),
        new(
            "src is built without the LINQ using",
            LinqUsingRemoved,
            [new("src/Directory.Build.targets", "<Project />\n")]),
    ];

    private static Rule InSource(string name, Regex banned, string sample) =>
        Rule.PerFile(name, file => file.IsSource ? Find(file, banned) : [], Source(sample + "\n"));

    // The samples of this project are full of banned words.
    private static IEnumerable<string> Unfinished(SourceFile file) =>
        file.IsCSharp && !file.Path.StartsWith("tests/FastMqtt.Tidy.Tests/", StringComparison.Ordinal)
            ? FindIn(file, file.Text, UnfinishedWord())
            : [];

    private static IEnumerable<string> LinqUsingRemoved(IReadOnlyList<SourceFile> files) =>
        files.Any(file => file.Path == "src/Directory.Build.targets"
            && file.Text.Contains("<Using Remove=\"System.Linq\" />", StringComparison.Ordinal))
            ? []
            : ["src/Directory.Build.targets:1: must remove the implicit LINQ using"];

    private static IEnumerable<string> Find(SourceFile file, Regex banned) =>
        FindIn(file, CodeText.Blank(file.Text), banned);

    private static IEnumerable<string> FindIn(SourceFile file, string text, Regex banned) => banned.Matches(text)
        .Select(match => file.At(text.AsSpan(0, match.Index).Count('\n'), $"'{match.Value}' is banned"));

    private static SourceFile Source(string text) => new("src/Sample.cs", text);

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b")]
    private static partial Regex UnfinishedWord();

    [GeneratedRegex(@"\bTask\.Run\(")]
    private static partial Regex TaskRun();

    [GeneratedRegex(@"\basync\s+void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"(Async\([^)]*\)|[tT]ask)\.Result\b")]
    private static partial Regex BlockingResult();

    [GeneratedRegex(@"\block\s*\(this\b")]
    private static partial Regex LockThis();

    [GeneratedRegex(@"\bSystem\.Linq\b")]
    private static partial Regex Linq();

    [GeneratedRegex(@"#(end)?region\b")]
    private static partial Regex Region();

    [GeneratedRegex(@"\b(Thread\.Sleep|SpinWait\.SpinUntil)\(")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\bSkip\s*=")]
    private static partial Regex Skip();
}
