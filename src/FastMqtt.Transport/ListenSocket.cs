// Makes listening sockets, at start and when the configuration changes. Not a data path: errors are exceptions here,
// because an operator must see which address could not be bound, and why.

using System;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using FastMqtt.Transport.Linux;
using SocketAddress = FastMqtt.Transport.Linux.SocketAddress;

namespace FastMqtt.Transport;

[SupportedOSPlatform("linux")]
internal static unsafe class ListenSocket
{
    /// <summary>
    /// A non-blocking listener. [::] accepts IPv4 too, any other IPv6 address does not. Port 0: the system chooses,
    /// and <paramref name="bound"/> tells.
    /// </summary>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static int Bind(IPEndPoint endPoint, int backlog, out IPEndPoint bound, bool noDelay = true)
    {
        bool isVersion6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        int family = isVersion6 ? Libc.AddressFamilyV6 : Libc.AddressFamilyV4;
        int handle = Libc.Socket(family, Libc.Stream | Libc.NonBlock | Libc.CloseOnExec, 0);
        if (handle < 0)
        {
            throw LastError();
        }

        try
        {
            // Without it a restarted broker could not bind while old connections are in TIME_WAIT.
            SetOption(handle, Libc.SocketLevel, Libc.ReuseAddress, true);

            // Inherited by every connection it accepts: one call here instead of one for each.
            SetOption(handle, Libc.TcpLevel, Libc.TcpNoDelay, noDelay);
            if (isVersion6)
            {
                bool only = !endPoint.Address.Equals(IPAddress.IPv6Any);
                SetOption(handle, Libc.Version6Level, Libc.Version6Only, only);
            }

            byte* address = stackalloc byte[SocketAddress.BytesMax];
            int length = SocketAddress.Write(new Span<byte>(address, SocketAddress.BytesMax), endPoint);
            ThrowIfFailed(Libc.Bind(handle, address, length));
            ThrowIfFailed(Libc.Listen(handle, backlog));
            length = SocketAddress.BytesMax;
            ThrowIfFailed(Libc.GetSocketName(handle, address, &length));
            bound = SocketAddress.Read(new ReadOnlySpan<byte>(address, length));
            return handle;
        }
        catch
        {
            _ = Libc.Close(handle);
            throw;
        }
    }

    /// <summary>Whether connections accepted from now on send small packets at once.</summary>
    public static void SetNoDelay(int handle, bool noDelay) =>
        SetOption(handle, Libc.TcpLevel, Libc.TcpNoDelay, noDelay);

    public static void Close(int handle) => _ = Libc.Close(handle);

    private static void SetOption(int handle, int level, int name, bool on)
    {
        int value = on ? 1 : 0;
        ThrowIfFailed(Libc.SetOption(handle, level, name, &value, sizeof(int)));
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
