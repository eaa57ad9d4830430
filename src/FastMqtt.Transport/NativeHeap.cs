// The heap of native code: in this process OpenSSL's. The managed heap has nothing to do with it.

using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

public static class NativeHeap
{
    /// <summary>
    /// Gives free pages back to the system. For quiet moments: it takes locks that allocations wait for.
    /// </summary>
    public static void Trim() => _ = Libc.TrimHeap(0);
}
