// Links inside the repository lead somewhere: a file that is there, and a heading in it.
namespace FastMqtt.Docs.Tests;

public class LinkTests
{
    public static TheoryData<string> Paths => [.. Documents.All.Select(document => document.Path)];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Every_link_resolves(string path)
    {
        Document document = Documents.All.Single(found => found.Path == path);
        string[] broken = [.. document.Links.Where(link => !Resolves(document, link))];
        Assert.True(broken.Length == 0, $"{path} links to what is not there: {string.Join(", ", broken)}");
    }

    [Theory]
    [InlineData("README.md", true)]
    [InlineData("#build", true)]
    [InlineData("docs/RUNNING.md#persistence", true)]
    [InlineData("https://example.org/anything", true)]
    [InlineData("docs/NOTHING.md", false)]
    [InlineData("#nothing", false)]
    [InlineData("docs/RUNNING.md#nothing", false)]
    [InlineData("../outside.md", false)]
    public void Link_is_judged(string link, bool resolves) => Assert.Equal(
        resolves, Resolves(Documents.All.Single(found => found.Path == "README.md"), link));

    private static bool Resolves(Document from, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal))
        {
            return true; // others' pages come and go: not this repository's
        }

        string[] parts = link.Split('#', 2);
        string target = parts[0].Length == 0
            ? from.Path
            : Path.GetRelativePath(
                Documents.Root, Path.Combine(Documents.Root, Path.GetDirectoryName(from.Path)!, parts[0]));
        if (target.StartsWith("..", StringComparison.Ordinal) || !Path.Exists(Path.Combine(Documents.Root, target)))
        {
            return false;
        }

        return parts.Length == 1
            || Documents.All.FirstOrDefault(found => found.Path == target.Replace('\\', '/')) is not { } document
            || document.Anchors.Contains(parts[1]);
    }
}
