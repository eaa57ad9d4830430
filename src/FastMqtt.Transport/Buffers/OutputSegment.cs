// A range of a slab that waits to be sent: a chunk that is still being filled, or a reference to shared bytes.
// Pooled by SlabPool, linked by OutputQueue; holds one reference on its slab.

using System;

namespace FastMqtt.Transport.Buffers;

internal sealed class OutputSegment
{
    public Slab Slab = null!;
    public OutputSegment? Next;

    // Sent up to Start, written up to End, writable up to Limit. A closed chunk or a reference has Limit = End.
    public int Start;
    public int End;
    public int Limit;

    public int Length => End - Start;

    public int Room => Limit - End;

    public Span<byte> Unsent => Slab.Span[Start..End];

    public nint UnsentAddress => Slab.Address + Start;
}
