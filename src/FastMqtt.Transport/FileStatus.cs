// What Linux knows about a file that the runtime does not tell: which file a path leads to now, and whose it is.
// Follows symbolic links, so a swapped link anywhere on the path shows. Called by whoever watches or replaces files.

using System;
using System.IO;
using System.Runtime.Versioning;
using System.Text;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

/// <summary>Identity, content stamp and owner of a file. Two that are equal are of the same, unchanged file.</summary>
/// <param name="Device">The file system it is on. Only Linux tells this, Node, User, Group and Mode; else 0.</param>
/// <param name="Node">Its number there; another file put in its place has another one.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedTicks">When its content was last written, in nanoseconds.</param>
/// <param name="ChangedTicks">When content, owner or mode last changed, in nanoseconds.</param>
/// <param name="User">Its owner.</param>
/// <param name="Group">Its group.</param>
/// <param name="Mode">Its type and permissions, as the system writes them.</param>
internal readonly record struct FileStatus(
    ulong Device,
    ulong Node,
    ulong Size,
    long ModifiedTicks,
    long ChangedTicks,
    uint User,
    uint Group,
    ushort Mode)
{
    private const int TypeMask = 0xF000;   // S_IFMT
    private const int TypeSocket = 0xC000; // S_IFSOCK

    /// <summary>Whether it is a unix domain socket.</summary>
    public bool IsSocket => (Mode & TypeMask) == TypeSocket;

    /// <summary>The file that the path leads to; false: there is none, or it may not be looked at.</summary>
    public static bool TryRead(string path, out FileStatus status) => OperatingSystem.IsLinux()
        ? TryRead(path, 0, out status)
        : TryReadFromRuntime(path, out status);

    /// <summary>The same of a symbolic link itself, when the path is one.</summary>
    [SupportedOSPlatform("linux")]
    public static bool TryReadLink(string path, out FileStatus status) =>
        TryRead(path, Libc.DoNotFollow, out status);

    /// <summary>Gives a file to a user and a group; false: not permitted.</summary>
    public static unsafe bool TryChangeOwner(string path, uint user, uint group)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        fixed (byte* first = Terminated(path))
        {
            return Libc.ChangeOwner(first, user, group) == 0;
        }
    }

    /// <summary>
    /// Whether this process may make files in a directory, as the system says: rights, lists of rights, file systems
    /// that are read only. False as well when it is not there.
    /// </summary>
    public static unsafe bool MayMakeFilesIn(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Directory.Exists(directory); // whoever makes the file is told the rest
        }

        fixed (byte* first = Terminated(directory))
        {
            return Libc.Access(first, Libc.MayWrite | Libc.MayExecute) == 0;
        }
    }

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    /// <summary>What the runtime tells: enough to see that a file was written or replaced.</summary>
    internal static bool TryReadFromRuntime(string path, out FileStatus status)
    {
        status = default;
        try
        {
            var file = new FileInfo(path);
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            {
                file = target;
            }

            if (!file.Exists)
            {
                return false;
            }

            long modified = Nanoseconds(file.LastWriteTimeUtc);
            long created = Nanoseconds(file.CreationTimeUtc);
            status = new FileStatus(0, 0, (ulong)file.Length, modified, created, 0, 0, 0);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long Nanoseconds(DateTime time) =>
        (time - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    [SupportedOSPlatform("linux")]
    private static unsafe bool TryRead(string path, int flags, out FileStatus status)
    {
        StatusBlock block = default;
        fixed (byte* first = Terminated(path))
        {
            if (Libc.GetStatus(Libc.CurrentFolder, first, flags, StatusBlock.BasicFields, &block) < 0)
            {
                status = default;
                return false;
            }
        }

        status = new FileStatus(
            ((ulong)block.DeviceMajor << 32) | block.DeviceMinor,
            block.Node,
            block.Size,
            block.Modified.TotalNanoseconds,
            block.Changed.TotalNanoseconds,
            block.User,
            block.Group,
            block.Mode);
        return true;
    }
}
