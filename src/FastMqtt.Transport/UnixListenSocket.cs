// Makes listening unix domain sockets. A file that is in the way is removed only if it is a socket on which nobody
// listens: what another broker serves, and what is no socket at all, is left alone and is an error. Not a data path.

using System;
using System.IO;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

public static unsafe class UnixListenSocket
{
    /// <summary>Bytes of a path: sun_path without the zero behind it.</summary>
    public const int PathBytesMax = 107;

    // What Mosquitto's umask leaves: owner and group may connect.
    private const uint Mode = 7 << 6 | 7 << 3;

    /// <summary>A non-blocking listener at a path; <see cref="Remove"/> takes its file away again.</summary>
    /// <exception cref="SocketException">The path cannot be bound.</exception>
    public static int Bind(string path, int backlog)
    {
        int pathBytes = Encoding.UTF8.GetByteCount(path);
        if (pathBytes is 0 or > PathBytesMax)
        {
            throw new SocketException(
                (int)SocketError.InvalidArgument, $"the path of a unix socket has 1 to {PathBytesMax} bytes");
        }

        byte* address = stackalloc byte[sizeof(ushort) + PathBytesMax + 1];
        *(ushort*)address = Libc.AddressFamilyUnix;
        Encoding.UTF8.GetBytes(path, new Span<byte>(address + sizeof(ushort), PathBytesMax));
        address[sizeof(ushort) + pathBytes] = 0;
        int length = sizeof(ushort) + pathBytes + 1;
        RemoveStale(path, address, length);
        int handle = Open();
        try
        {
            ThrowIfFailed(Libc.Bind(handle, address, length));
            ThrowIfFailed(Libc.ChangeMode(address + sizeof(ushort), Mode)); // before anybody can connect
            ThrowIfFailed(Libc.Listen(handle, backlog));
            return handle;
        }
        catch
        {
            _ = Libc.Close(handle);
            throw;
        }
    }

    /// <summary>Takes the file of a listener away; not there is fine.</summary>
    public static void Remove(string path)
    {
        if (IsSocket(path))
        {
            File.Delete(path);
        }
    }

    private static void RemoveStale(string path, byte* address, int length)
    {
        if (!IsSocket(path))
        {
            return; // not there, or not ours to remove: then bind says so
        }

        int probe = Open();
        int result = Libc.Connect(probe, address, length);
        int error = result < 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = Libc.Close(probe);
        if (error == ErrorNumber.ConnectionRefused)
        {
            File.Delete(path);
        }
    }

    private static bool IsSocket(string path) =>
        FileStatus.TryReadLink(path, out FileStatus status) && status.IsSocket;

    private static int Open()
    {
        int handle = Libc.Socket(Libc.AddressFamilyUnix, Libc.Stream | Libc.NonBlock | Libc.CloseOnExec, 0);
        return handle >= 0 ? handle : throw LastError();
    }

    private static void ThrowIfFailed(int result)
    {
        if (result < 0)
        {
            throw LastError();
        }
    }

    private static SocketException LastError() => new((int)ErrorNumber.ToSocketError(Marshal.GetLastPInvokeError()));
}
