// What the system knows about a file that the runtime does not tell: which file a path leads to now, and whose it is.
// Follows symbolic links, so a swapped link anywhere on the path shows. Called by whoever watches or replaces files.

using System;
using System.Buffers.Binary;
using System.Text;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

/// <summary>Identity, content stamp and owner of a file. Two that are equal are of the same, unchanged file.</summary>
/// <param name="Device">The file system it is on.</param>
/// <param name="Node">Its number there; another file put in its place has another one.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedTicks">When its content was last written, in nanoseconds.</param>
/// <param name="ChangedTicks">When content, owner or mode last changed, in nanoseconds.</param>
/// <param name="User">Its owner.</param>
/// <param name="Group">Its group.</param>
public readonly record struct FileStatus(
    ulong Device, ulong Node, ulong Size, long ModifiedTicks, long ChangedTicks, uint User, uint Group)
{
    private const int StatusSize = 256;         // sizeof(struct statx): the same on every processor
    private const int CurrentFolder = -100;     // AT_FDCWD
    private const uint BasicStatus = 0x7FF;     // STATX_BASIC_STATS

    /// <summary>The file that the path leads to; false: there is none, or it may not be looked at.</summary>
    public static unsafe bool TryRead(string path, out FileStatus status)
    {
        Span<byte> raw = stackalloc byte[StatusSize];
        byte[] name = Terminated(path);
        fixed (byte* first = name, block = raw)
        {
            if (Libc.Status(CurrentFolder, first, 0, BasicStatus, block) != 0)
            {
                status = default;
                return false;
            }
        }

        status = new FileStatus(
            ((ulong)Word(raw, 136) << 32) | Word(raw, 140),
            BinaryPrimitives.ReadUInt64LittleEndian(raw[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(raw[40..]),
            Time(raw[112..]),
            Time(raw[96..]),
            Word(raw, 20),
            Word(raw, 24));
        return true;
    }

    /// <summary>Gives a file to a user and a group; false: not permitted.</summary>
    public static unsafe bool TryChangeOwner(string path, uint user, uint group)
    {
        fixed (byte* first = Terminated(path))
        {
            return Libc.ChangeOwner(first, user, group) == 0;
        }
    }

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static uint Word(ReadOnlySpan<byte> raw, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(raw[offset..]);

    private static long Time(ReadOnlySpan<byte> raw) =>
        (BinaryPrimitives.ReadInt64LittleEndian(raw) * 1_000_000_000) + Word(raw, 8);
}
