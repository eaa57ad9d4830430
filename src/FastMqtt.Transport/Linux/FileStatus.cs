// struct statx, as far as it is read: the same on every processor, unlike struct stat.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Linux;

[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    /// <summary>Type and permissions.</summary>
    [FieldOffset(28)]
    public ushort Mode;
}
