// The layout of struct epoll_event: a 32-bit mask and the 64-bit token. The kernel packs it to 12 bytes on x86, so that
// 32-bit programs see the same, and aligns it to 16 everywhere else. The choice is a constant to the compiler.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Versioning;

namespace FastMqtt.Transport.Linux;

[SupportedOSPlatform("linux")]
internal static unsafe class EpollEvents
{
    public const int BytesMax = 16;

    public static int Stride => X86Base.IsSupported ? 12 : BytesMax;

    private static int TokenOffset => X86Base.IsSupported ? 4 : 8;

    public static void Write(byte* epollEvent, uint mask, ulong token)
    {
        Unsafe.WriteUnaligned(epollEvent, mask);
        Unsafe.WriteUnaligned(epollEvent + TokenOffset, token);
    }

    public static PollEvent Read(byte* epollEvent)
    {
        uint mask = Unsafe.ReadUnaligned<uint>(epollEvent);
        return new PollEvent(Unsafe.ReadUnaligned<ulong>(epollEvent + TokenOffset), FlagsOf(mask));
    }

    private static PollFlags FlagsOf(uint mask)
    {
        PollFlags flags = PollFlags.None;
        flags |= (mask & Libc.EpollIn) != 0 ? PollFlags.Readable : PollFlags.None;
        flags |= (mask & Libc.EpollOut) != 0 ? PollFlags.Writable : PollFlags.None;
        flags |= (mask & (Libc.EpollPeerClosed | Libc.EpollHangUp)) != 0 ? PollFlags.PeerClosed : PollFlags.None;
        flags |= (mask & Libc.EpollError) != 0 ? PollFlags.Error : PollFlags.None;
        return flags;
    }
}
