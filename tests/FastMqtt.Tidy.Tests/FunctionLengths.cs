// Finds the members with a body in C# text by its braces: a block directly inside a type is a member, unless it is an
// initialiser. Not a parser, and does not need to be one: it has to notice a function that does not fit on a screen.
using System.Text.RegularExpressions;

namespace FastMqtt.Tidy.Tests;

public static partial class FunctionLengths
{
    private enum Block
    {
        Type,
        Member,
        Other,
    }

    /// <summary>Line index of each member's header and its number of lines.</summary>
    public static IEnumerable<(int LineIndex, int Count)> Find(string text)
    {
        string code = CodeText.Blank(text);
        var open = new Stack<(Block Kind, int Line)>();
        int headerStart = 0;
        for (int i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case '{':
                    Block kind = Classify(code[headerStart..i], open);
                    open.Push((kind, LineOfHeader(code, headerStart, i)));
                    headerStart = i + 1;
                    break;
                case '}':
                    if (open.TryPop(out (Block Kind, int Line) block) && block.Kind == Block.Member)
                    {
                        yield return (block.Line, LineAt(code, i) - block.Line + 1);
                    }

                    headerStart = i + 1;
                    break;
                case ';':
                    headerStart = i + 1;
                    break;
            }
        }
    }

    private static Block Classify(string header, Stack<(Block Kind, int Line)> open)
    {
        bool isInsideType = open.TryPeek(out (Block Kind, int Line) parent) && parent.Kind == Block.Type;
        if (TypeKeyword().IsMatch(header) && (open.Count == 0 || isInsideType))
        {
            return Block.Type;
        }

        return isInsideType && !IsInitialiser(header) ? Block.Member : Block.Other;
    }

    // An assignment outside parentheses that is not an arrow: `field = new() {`.
    private static bool IsInitialiser(string header)
    {
        int depth = 0;
        for (int i = 0; i < header.Length; i++)
        {
            depth += header[i] switch { '(' or '[' => 1, ')' or ']' => -1, _ => 0 };
            if (header[i] == '=' && depth == 0)
            {
                return i + 1 < header.Length && header[i + 1] is not ('>' or '=');
            }
        }

        return false;
    }

    private static int LineOfHeader(string code, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(code[start]))
        {
            start++;
        }

        return LineAt(code, start);
    }

    private static int LineAt(string code, int index) => code.AsSpan(0, index).Count('\n');

    [GeneratedRegex(@"\b(class|struct|interface|enum|record|namespace)\s+\w")]
    private static partial Regex TypeKeyword();
}
