// The style police: the repository keeps every rule, and every rule would notice if it did not.
using Xunit;

namespace FastMqtt.Tidy.Tests;

public class TidyTests
{
    private static readonly Dictionary<string, Rule> Rules =
        LayoutRules.All.Concat(WordRules.All).Concat(ProofRules.All).ToDictionary(rule => rule.Name);

    public static TheoryData<string> Names => [.. Rules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void repository_keeps_the_rule(string name)
    {
        string[] complaints = [.. Rules[name].Check(Repository.Files)];
        Assert.True(complaints.Length == 0, $"{name}\n{string.Join('\n', complaints)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void rule_notices_a_bad_sample(string name)
    {
        Rule rule = Rules[name];
        Assert.NotEmpty(rule.Check(rule.BadSample));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void rule_accepts_a_good_sample(string name)
    {
        SourceFile[] good =
        [
            new("src/Directory.Build.targets", "<Using Remove=\"System.Linq\" />\n"),
            new("src/Good.cs", GoodSource),
            new("tests/GoodTests.cs", "// [MQTT-3.3.2-2]\nclass Good_tests\n{\n    void topic_is_checked() { }\n}\n"),
            new("docs/CONFORMANCE.md", "| MQTT-3.3.2-2 | `Good_tests.topic_is_checked`, `topic_is_checked` |\n"),
        ];
        Assert.Empty(Rules[name].Check(good));
    }

    [Fact]
    public void repository_was_found()
    {
        Assert.Contains(Repository.Files, file => file.Path == "src/FastMqtt/Program.cs");
        Assert.Contains(Repository.Files, file => file.Path == "Makefile");
        Assert.DoesNotContain(Repository.Files, file => file.Path.Contains("/obj/", StringComparison.Ordinal));
    }

    private static string GoodSource =>
        $$""""
        // What this is.
        namespace Good; // [MQTT-3.3.2-2]
        class Good
        {
            private readonly Dictionary<int, int> _table = new()
            {
        {{string.Concat(Enumerable.Repeat("        [1] = 2,\n", 80))}}    };
            // Task.Run( and Thread.Sleep( in prose, and "lock (this" in a string, are only words.
            string Text() => "Thread.Sleep(1); async void System.Linq {";
            char Brace() => '{';
        {{string.Concat(Enumerable.Repeat("    int A() { return 1; }\n", 80))}}}

        """";
}
