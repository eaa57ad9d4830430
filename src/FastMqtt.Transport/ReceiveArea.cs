// The one piece of pinned memory that every receive of a dispatcher lands in: an idle connection owns no buffer.
// One per dispatcher, used by one connection at a time: from its Receive to its Consume.

using System;
using FastMqtt.Transport.Buffers;

namespace FastMqtt.Transport;

internal sealed class ReceiveArea
{
    // 256 KiB: between 32 and 256 KiB no difference was measured in rate; larger means fewer calls per burst.
    public const int DefaultBytes = 256 * 1024;

    private readonly byte[] _bytes;

    public ReceiveArea(int bytes = DefaultBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, BytesMin);
        _bytes = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        unsafe
        {
            fixed (byte* first = _bytes)
            {
                Address = (nint)first;
            }
        }
    }

    // The tail of a split frame is put in front of what is received: there must be room behind the longest one.
    public static int BytesMin => 2 * UnreadBytes.SmallTailBytesMax;

    public int Capacity => _bytes.Length;

    internal Span<byte> Span => _bytes;

    internal nint Address { get; }
}
