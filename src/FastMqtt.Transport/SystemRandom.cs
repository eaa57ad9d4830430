// Random bytes that cannot be guessed. On Linux straight from the kernel: no device file (an empty root has none) and
// no cryptographic library, which would be linked and set up for nothing else. Any thread; not for a data path.

using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

internal static unsafe class SystemRandom
{
    public static void Fill(Span<byte> destination)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomNumberGenerator.Fill(destination);
            return;
        }

        while (!destination.IsEmpty)
        {
            nint filled;
            fixed (byte* first = destination)
            {
                filled = Libc.GetRandom(first, (nuint)destination.Length, 0);
            }

            if (filled >= 0)
            {
                destination = destination[(int)filled..];
            }
            else if (Marshal.GetLastPInvokeError() != ErrorNumber.Interrupted)
            {
                throw new Win32Exception(); // no kernel that has epoll_create1 and forbids this is known
            }
        }
    }

    public static ulong NextUInt64()
    {
        ulong value = 0;
        Fill(MemoryMarshal.AsBytes(new Span<ulong>(ref value)));
        return value;
    }
}
