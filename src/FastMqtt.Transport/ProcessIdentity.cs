// Whom the process runs as, and whom the peer of a local socket runs as. The C library changes the identity of every
// thread, which the system call alone would not.

using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

[SupportedOSPlatform("linux")]
internal static unsafe class ProcessIdentity
{
    /// <summary>The user whose rights the process has; 0 is root.</summary>
    public static uint User => Libc.GetEffectiveUser();

    /// <summary>Gives up root's rights for good: groups first, since afterwards nobody may change them.</summary>
    /// <exception cref="Win32Exception">The system refuses; what was given up by then stays given up.</exception>
    public static void Become(uint user, uint group, ReadOnlySpan<uint> groups)
    {
        fixed (uint* first = groups)
        {
            ThrowIfFailed(Libc.SetGroups((nuint)groups.Length, first));
        }

        ThrowIfFailed(Libc.SetGroup(group));
        ThrowIfFailed(Libc.SetUser(user));
    }

    /// <summary>The user at the other end of a connected unix domain socket; null: the system does not tell.</summary>
    public static uint? PeerUser(SafeHandle socket)
    {
        int* credentials = stackalloc int[3]; // struct ucred: process, user, group
        int length = 3 * sizeof(int);
        bool held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            int result = Libc.GetOption(
                (int)socket.DangerousGetHandle(), Libc.SocketLevel, Libc.PeerCredentials, credentials, &length);
            return result == 0 ? (uint)credentials[1] : null;
        }
        finally
        {
            if (held)
            {
                socket.DangerousRelease();
            }
        }
    }

    private static void ThrowIfFailed(int result)
    {
        if (result < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }
}
