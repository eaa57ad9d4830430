// Every block says what it is, so that something checks it.
using System.Text.Json;

namespace FastMqtt.Docs.Tests;

public class BlockTests
{
    private static readonly string[] Checked = ["sh", "console", "csharp", "json", "conf", "acl"];

    public static TheoryData<string, string> Json => Documents.BlocksIn("json");

    [Fact]
    public void Every_block_says_its_language()
    {
        string[] unknown =
        [
            .. Documents.All
                .SelectMany(document => document.Blocks)
                .Where(block => !block.IsProse && !Checked.Contains(block.Language))
                .Select(block => $"{block.Place} '{block.Language}'"),
        ];
        Assert.True(unknown.Length == 0, $"in no known language: {string.Join(", ", unknown)}");
    }

    [Theory]
    [MemberData(nameof(Json))]
    public void Json_is_json(string place, string text)
    {
        Assert.NotEmpty(place);
        foreach (string value in text.Split("\n\n"))
        {
            using JsonDocument parsed = JsonDocument.Parse(value);
        }
    }
}
