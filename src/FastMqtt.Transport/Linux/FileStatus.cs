// struct statx: what the system says about a file. The same on every processor, unlike struct stat.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Linux;

[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    public const uint BasicFields = 0x7FF; // STATX_BASIC_STATS

    [FieldOffset(32)]
    public ulong FileNumber;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(112)]
    public long ModifiedSeconds;

    [FieldOffset(120)]
    public uint ModifiedNanoseconds;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;
}
