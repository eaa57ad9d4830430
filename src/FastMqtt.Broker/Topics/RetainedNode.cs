// One level of the retained topics; holds the message of the topic that ends here. Owned by RetainedMessages, under
// its lock. A node that has neither message nor children is pruned and never used again; a cursor that stands on it
// finds nothing below and goes on from its parent.
using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Topics;

internal sealed class RetainedNode(ReadOnlySpan<byte> level, RetainedNode? parent, ulong created) : TopicEntry(level)
{
    public const int NotInHeap = -1;

    public RetainedNode? Parent { get; } = parent;

    // The sequence number of the Set that made the node: all it holds is as new or newer. Orders the children of a
    // node.
    public ulong Created { get; } = created;

    public Publication? Message { get; set; }

    // The sequence number of the Set that put Message here.
    public ulong MessageSequence { get; set; }

    public RetainedChildren? Children { get; set; }

    public int HeapPosition { get; set; } = NotInHeap;

    public bool IsPruned { get; set; }
}
