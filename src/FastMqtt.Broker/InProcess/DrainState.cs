// What the dispatcher notes for each message it drains, while other threads read the buffer this belongs to: with cache
// lines on either side of it, so that they do not take each other's.

using System.Runtime.InteropServices;

namespace FastMqtt.Broker.InProcess;

[StructLayout(LayoutKind.Explicit, Size = 2 * CacheLinePad.Bytes)]
internal struct DrainState
{
    /// <summary>The last walk that came from here.</summary>
    [FieldOffset(CacheLinePad.Bytes)]
    public long WalkedTo;

    /// <summary>Whether the last message gave the disk work.</summary>
    [FieldOffset(CacheLinePad.Bytes + 8)]
    public bool GivesWork;

    /// <summary>Whether messages wait for something.</summary>
    [FieldOffset(CacheLinePad.Bytes + 9)]
    public bool IsHeldUp;
}
