// Rules about proof: a rule of the specification that src names is named by a test, and the pages that list tests name
// only tests that exist.
using System.Text.RegularExpressions;

namespace FastMqtt.Tidy.Tests;

public static partial class ProofRules
{
    private const string ConformancePage = "docs/CONFORMANCE.md";
    private const string EmbeddingPage = "docs/EMBEDDING.md";

    public static IEnumerable<Rule> All =>
    [
        new(
            "each specification tag in src is in a test",
            UntestedTags,
            [
                new("src/Sample.cs", "// [MQTT-3.3.2-2]\n"),
                new("tests/Sample.cs", "// [MQTT-3.3.2-1] [MQTT3-3.3.2-2]\n"),
            ]),
        new(
            "the conformance page names only tests that exist",
            UnknownTests,
            [
                new(ConformancePage, "| MQTT-3.1.0-1 | `connect_comes_first` |\n"),
                new("tests/Sample.cs", "void connect_comes_last() { }\n"),
            ]),
        new(
            "the conformance page names only classes that exist",
            UnknownTests,
            [
                new(ConformancePage, "| MQTT-3.1.0-1 | `C31_Connect.connect_comes_first` |\n"),
                new("tests/Sample.cs", "class C32_Connack { void connect_comes_first() { } }\n"),
            ]),
        new(
            "the embedding page names only tests that exist",
            UnknownTests,
            [
                new(EmbeddingPage, "| a takeover | `SessionTests.A_takeover` |\n"),
                new("tests/Sample.cs", "class SessionTests { Task A_resumption() { } }\n"),
            ]),
    ];

    private static IEnumerable<string> UntestedTags(IReadOnlyList<SourceFile> files)
    {
        HashSet<string> tested = [.. Found(files, Tag(), group: 0)];
        foreach (SourceFile file in files.Where(file => file.IsSource))
        {
            foreach ((int index, string line) in file.Lines.Index())
            {
                foreach (Match tag in Tag().Matches(line).Where(tag => !tested.Contains(tag.Value)))
                {
                    yield return file.At(index, $"{tag.Value} is in no test");
                }
            }
        }
    }

    private static IEnumerable<string> UnknownTests(IReadOnlyList<SourceFile> files)
    {
        HashSet<string> names = [.. Found(files, Declared(), group: 1)];
        foreach (SourceFile page in files.Where(file => file.Path is ConformancePage or EmbeddingPage))
        {
            foreach ((int index, string line) in page.Lines.Index())
            {
                foreach (string name in TestName().Matches(line).Select(match => match.Groups[1].Value))
                {
                    if (!name.Split('.').All(names.Contains))
                    {
                        yield return page.At(index, $"there is no test {name}");
                    }
                }
            }
        }
    }

    private static IEnumerable<string> Found(IEnumerable<SourceFile> files, Regex pattern, int group) =>
        files.Where(IsProof).SelectMany(file => pattern.Matches(file.Text)).Select(match => match.Groups[group].Value);

    // The samples here are no proof of anything.
    private static bool IsProof(SourceFile file) =>
        file.IsTest && !file.Path.StartsWith("tests/FastMqtt.Tidy.Tests/", StringComparison.Ordinal);

    [GeneratedRegex(@"\[MQTT3?-\d+\.\d+\.\d+-\d+\w?\]")]
    private static partial Regex Tag();

    // A method or a class as declared in a test project.
    [GeneratedRegex(@"\b(?:void|Task|ValueTask|class)\s+(\w+)")]
    private static partial Regex Declared();

    // `sentence_with_underscores` or `Class.sentence_with_underscores` in backticks.
    [GeneratedRegex(@"`((?:[A-Z]\w*\.)*[A-Za-z]\w*_\w+)`")]
    private static partial Regex TestName();
}
