// struct statx_timestamp: when something happened to a file.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Linux;

[StructLayout(LayoutKind.Sequential)]
internal struct FileTime
{
    public long Seconds;
    public uint Nanoseconds;
    public int Unused;

    public readonly long TotalNanoseconds => (Seconds * 1_000_000_000) + Nanoseconds;
}
