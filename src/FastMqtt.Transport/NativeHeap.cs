// The heap of native code: in this process OpenSSL's. The managed heap has nothing to do with it.

using System;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

internal static class NativeHeap
{
    private static bool _cannotTrim;

    /// <summary>
    /// Gives free pages back to the system, where its C library can be told to. For quiet moments: it takes locks that
    /// allocations wait for.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux() || _cannotTrim)
        {
            return;
        }

        try
        {
            _ = Libc.TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            _cannotTrim = true; // a C library that gives pages back by itself, as musl's does
        }
    }
}
