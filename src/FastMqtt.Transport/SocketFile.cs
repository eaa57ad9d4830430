// The file that a listening unix domain socket leaves in the file system. One that is in the way is removed only if it
// is a socket on which nobody listens: what another broker serves, and what is no socket at all, is left alone and is
// an error of the bind that follows. Called by those who make such listeners, and when they are closed.

using System;
using System.IO;
using System.Net.Sockets;
using System.Text;

namespace FastMqtt.Transport;

internal static class SocketFile
{
    /// <summary>What Mosquitto's umask leaves: owner and group may connect.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    /// <summary>Bytes of a path: sun_path without the zero behind it.</summary>
    public static int PathBytesMax => OperatingSystem.IsLinux() || OperatingSystem.IsWindows() ? 107 : 103;

    /// <summary>The bytes of a path that a socket may have.</summary>
    /// <exception cref="SocketException">It is empty or too long.</exception>
    public static int CheckPath(string path)
    {
        int bytes = Encoding.UTF8.GetByteCount(path);
        return bytes > 0 && bytes <= PathBytesMax ? bytes : throw new SocketException(
            (int)SocketError.InvalidArgument, $"the path of a unix socket has 1 to {PathBytesMax} bytes");
    }

    /// <summary>Takes the file of a listener away; not there is fine.</summary>
    public static void Remove(string path)
    {
        if (IsSocket(path))
        {
            File.Delete(path);
        }
    }

    /// <summary>Takes away what a broker has left that did not end in an orderly way.</summary>
    public static void RemoveStale(string path)
    {
        if (!IsSocket(path))
        {
            return; // not there, or not ours to remove: then bind says so
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        probe.Blocking = false; // a listener whose backlog is full is a listener
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // Somebody listens, or we may not know.
        }
    }

    private static bool IsSocket(string path) => OperatingSystem.IsLinux()
        ? FileStatus.TryReadLink(path, out FileStatus status) && status.IsSocket
        : CannotBeOpened(path);

    /// <summary>
    /// Where the runtime does not tell what a file is: no system opens a socket as a file, and each says so with an
    /// error that stands for nothing else here.
    /// </summary>
    internal static bool CannotBeOpened(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return false;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or FileNotFoundException
            or DirectoryNotFoundException or PathTooLongException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
