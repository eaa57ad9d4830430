// Makes outgoing connections without waiting for them: Begin starts one, the poller's first event says that it is up or
// that it failed, End says which. For load generators and bridges; not a data path, so errors are exceptions.

using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using FastMqtt.Transport.Linux;
using SocketAddress = FastMqtt.Transport.Linux.SocketAddress;

namespace FastMqtt.Transport;

[SupportedOSPlatform("linux")]
internal static unsafe class ConnectSocket
{
    /// <summary>
    /// Starts a connection: non-blocking, close-on-exec, TCP_NODELAY. With a source address (of the same family) the
    /// system chooses only the port, and each source address has all ports for itself.
    /// </summary>
    /// <exception cref="SocketException">It failed at once: no descriptor, no port, no route.</exception>
    public static int Begin(IPEndPoint target, IPAddress? source = null)
    {
        bool isVersion6 = target.AddressFamily == AddressFamily.InterNetworkV6;
        int family = isVersion6 ? Libc.AddressFamilyV6 : Libc.AddressFamilyV4;
        int handle = Libc.Socket(family, Libc.Stream | Libc.NonBlock | Libc.CloseOnExec, 0);
        if (handle < 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }

        try
        {
            int on = 1;
            ThrowIfFailed(Libc.SetOption(handle, Libc.TcpLevel, Libc.TcpNoDelay, &on, sizeof(int)));
            byte* address = stackalloc byte[SocketAddress.BytesMax];
            Span<byte> bytes = new(address, SocketAddress.BytesMax);
            if (source is not null)
            {
                // Without it the port is chosen by the source alone and runs out at 28,000 for all targets together.
                ThrowIfFailed(Libc.SetOption(handle, Libc.Version4Level, Libc.BindAddressNoPort, &on, sizeof(int)));
                int sourceLength = SocketAddress.Write(bytes, new IPEndPoint(source, 0));
                ThrowIfFailed(Libc.Bind(handle, address, sourceLength));
            }

            int length = SocketAddress.Write(bytes, target);
            if (Libc.Connect(handle, address, length) < 0
                && Marshal.GetLastPInvokeError() is not (ErrorNumber.InProgress or ErrorNumber.Interrupted))
            {
                throw Failure(Marshal.GetLastPInvokeError());
            }

            return handle;
        }
        catch
        {
            _ = Libc.Close(handle);
            throw;
        }
    }

    /// <summary>How a connection that the poller reported went. Success: it is up.</summary>
    public static SocketError End(int handle)
    {
        int error = 0;
        int length = sizeof(int);
        return Libc.GetOption(handle, Libc.SocketLevel, Libc.SocketError, &error, &length) < 0
            ? SocketError.SocketError
            : ErrorNumber.ToSocketError(error);
    }

    private static void ThrowIfFailed(int result)
    {
        if (result < 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }
    }

    private static SocketException Failure(int error) => new((int)ErrorNumber.ToSocketError(error));
}
