// One Markdown file of the repository: its blocks, its links, and the anchors that others may link to.
using System.Text;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace FastMqtt.Docs.Tests;

public sealed class Document
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .Build();

    public Document(string path, string text)
    {
        Path = path;
        MarkdownDocument parsed = Markdown.Parse(text, Pipeline);
        foreach (MarkdownObject found in parsed.Descendants())
        {
            Add(found);
        }
    }

    /// <summary>Relative to the repository's root.</summary>
    public string Path { get; }

    public List<Block> Blocks { get; } = [];

    public List<string> Links { get; } = [];

    public HashSet<string> Anchors { get; } = [];

    private void Add(MarkdownObject found)
    {
        switch (found)
        {
            case FencedCodeBlock fence:
                Blocks.Add(new Block(Path, fence.Line + 1, fence.Info ?? string.Empty, TextOf(fence)));
                break;
            case LinkInline { Url: { } url }:
                Links.Add(url);
                break;
            case HeadingBlock heading when heading.GetAttributes().Id is { } id:
                Anchors.Add(id);
                break;
        }
    }

    private static string TextOf(FencedCodeBlock fence)
    {
        var text = new StringBuilder();
        foreach (Markdig.Helpers.StringLine line in fence.Lines.Lines.AsSpan(0, fence.Lines.Count))
        {
            text.Append(line.Slice.AsSpan()).Append('\n');
        }

        return text.ToString();
    }
}
