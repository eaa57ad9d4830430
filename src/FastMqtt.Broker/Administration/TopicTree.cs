// The levels of filters and topics as a tree that people read. Built from copies, by one thread; whatever a client has
// called a level, it is one line of text that does not steer a terminal.

using System.Globalization;
using System.Text;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Administration;

internal sealed class TopicTree(TopicTreeQuery query)
{
    private readonly byte[]? _below = query.Below is { } below ? Encoding.UTF8.GetBytes(below) : null;
    private readonly Node _root = new();

    public void AddListeners(ReadOnlySpan<byte> filter, int listeners)
    {
        if (Find(filter, out bool isDeeper) is not { } node)
        {
            return;
        }

        if (isDeeper)
        {
            node.Deeper += listeners;
        }
        else
        {
            node.Listeners += listeners;
        }
    }

    public void AddRetained(ReadOnlySpan<byte> topic)
    {
        if (Find(topic, out bool isDeeper) is { } node)
        {
            node.IsRetained |= !isDeeper;
        }
    }

    public async Task WriteAsync(TextWriter writer, CancellationToken cancellation)
    {
        var waiting = new Stack<(string Name, Node Node, int Depth)>();
        Push(waiting, _root, 0);
        while (waiting.TryPop(out (string Name, Node Node, int Depth) next))
        {
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{new string(' ', 2 * next.Depth)}{next.Name} ({next.Node.Listeners} listeners"
                + $"{(next.Node.Deeper > 0 ? $", {next.Node.Deeper} below" : "")}"
                + $"{(next.Node.IsRetained ? ", retained" : "")})");
            await writer.WriteLineAsync(line.AsMemory(), cancellation).ConfigureAwait(false);
            Push(waiting, next.Node, next.Depth + 1);
        }
    }

    private static void Push(Stack<(string Name, Node Node, int Depth)> waiting, Node node, int depth)
    {
        if (node.Children is not { } children)
        {
            return;
        }

        var names = new List<string>(children.Keys);
        names.Sort(string.CompareOrdinal);
        for (int i = names.Count - 1; i >= 0; i--)
        {
            waiting.Push((names[i], children[names[i]], depth));
        }
    }

    // The node where it ends, or the last one that is written above that; null: it is in another part of the tree.
    private Node? Find(ReadOnlySpan<byte> path, out bool isDeeper)
    {
        int offset = 0;
        int depth = 0;
        Node node = _root;
        isDeeper = false;
        if (_below is not null)
        {
            bool isBelow = path.StartsWith(_below)
                && (path.Length == _below.Length || path[_below.Length] == (byte)'/');
            if (!isBelow)
            {
                return null;
            }

            node = node.Child(Text(_below));
            offset = _below.Length + 1;
            depth = 1;
        }

        while (offset <= path.Length)
        {
            if (depth == query.MaximumDepth)
            {
                isDeeper = true;
                break;
            }

            node = node.Child(Text(TopicLevel.Next(path, ref offset)));
            depth++;
        }

        return node;
    }

    private static string Text(ReadOnlySpan<byte> level)
    {
        if (level.IsEmpty)
        {
            return "\"\"";
        }

        char[] text = new char[level.Length]; // never more characters than bytes
        LogText.TryFormat(level, int.MaxValue, text, out int length);
        return new string(text, 0, length);
    }

    private sealed class Node
    {
        public Dictionary<string, Node>? Children { get; private set; }

        public long Listeners { get; set; }

        public long Deeper { get; set; }

        public bool IsRetained { get; set; }

        public Node Child(string name)
        {
            Children ??= [];
            if (!Children.TryGetValue(name, out Node? child))
            {
                child = new Node();
                Children.Add(name, child);
            }

            return child;
        }
    }
}
