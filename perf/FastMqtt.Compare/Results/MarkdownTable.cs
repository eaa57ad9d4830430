// A table in Markdown: first column to the left, the others to the right. Called by ResultTables and Readme.
using System.Text;

namespace FastMqtt.Compare.Results;

public sealed class MarkdownTable(params IReadOnlyList<string> columns)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    public bool IsEmpty => _rows.Count == 0;

    /// <exception cref="ArgumentException">Not as many cells as columns.</exception>
    public void Add(params IReadOnlyList<string> cells)
    {
        if (cells.Count != columns.Count)
        {
            throw new ArgumentException($"{cells.Count} cells for {columns.Count} columns", nameof(cells));
        }

        _rows.Add(cells);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text, columns);
        text.Append("|---|").Insert(text.Length, "---:|", columns.Count - 1).Append('\n');
        foreach (IReadOnlyList<string> row in _rows)
        {
            Append(text, row);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(Escape)).Append(" |\n");

    private static string Escape(string cell) => cell
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .ReplaceLineEndings(" ");
}
