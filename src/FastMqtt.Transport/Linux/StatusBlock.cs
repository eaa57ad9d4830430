// struct statx: what the system says about a file. The same on every processor, unlike struct stat. Read by FileStatus.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Linux;

[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatusBlock
{
    public const uint BasicFields = 0x7FF; // STATX_BASIC_STATS

    [FieldOffset(20)]
    public uint User;

    [FieldOffset(24)]
    public uint Group;

    /// <summary>Type and permissions.</summary>
    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Node;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(96)]
    public FileTime Changed;

    [FieldOffset(112)]
    public FileTime Modified;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;
}
