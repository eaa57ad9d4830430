// Makes listening unix domain sockets of epoll's kind; SocketFile looks after their files. Not a data path: errors are
// exceptions.

using System;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

[SupportedOSPlatform("linux")]
internal static unsafe class UnixListenSocket
{
    /// <summary>A non-blocking listener at a path; <see cref="SocketFile.Remove"/> takes its file away again.</summary>
    /// <exception cref="SocketException">The path cannot be bound.</exception>
    public static int Bind(string path, int backlog)
    {
        int pathBytes = SocketFile.CheckPath(path);
        byte* address = stackalloc byte[sizeof(ushort) + SocketFile.PathBytesMax + 1];
        *(ushort*)address = Libc.AddressFamilyUnix;
        Encoding.UTF8.GetBytes(path, new Span<byte>(address + sizeof(ushort), SocketFile.PathBytesMax));
        address[sizeof(ushort) + pathBytes] = 0;
        int length = sizeof(ushort) + pathBytes + 1;
        SocketFile.RemoveStale(path);
        int handle = Open();
        try
        {
            ThrowIfFailed(Libc.Bind(handle, address, length));
            byte* name = address + sizeof(ushort);
            ThrowIfFailed(Libc.ChangeMode(name, (uint)SocketFile.Mode)); // before anybody can connect
            ThrowIfFailed(Libc.Listen(handle, backlog));
            return handle;
        }
        catch
        {
            _ = Libc.Close(handle);
            throw;
        }
    }

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
