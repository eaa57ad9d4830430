// System calls that only tests need: limits of the process, tiny send buffers, socket pairs.

using System.Runtime.InteropServices;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests;

internal static unsafe partial class NativeSockets
{
    private const int SendBuffer = 7;
    private const int LocalFamily = 1;

    public static void SetSendBuffer(int handle, int bytes) =>
        Assert.Equal(0, Libc.SetOption(handle, Libc.SocketLevel, SendBuffer, &bytes, sizeof(int)));

    public static (int First, int Second) CreatePair()
    {
        int* handles = stackalloc int[2];
        Assert.Equal(0, SocketPair(LocalFamily, Libc.Stream | Libc.NonBlock | Libc.CloseOnExec, 0, handles));
        return (handles[0], handles[1]);
    }

    public static (long Soft, long Hard) GetOpenFilesLimit()
    {
        ResourceLimit limit;
        Assert.Equal(0, Libc.GetLimit(Libc.OpenFilesLimit, &limit));
        return ((long)limit.Soft, (long)Math.Min(limit.Hard, long.MaxValue));
    }

    public static void SetOpenFilesSoftLimit(long soft)
    {
        ResourceLimit limit;
        Assert.Equal(0, Libc.GetLimit(Libc.OpenFilesLimit, &limit));
        limit.Soft = (nuint)soft;
        Assert.Equal(0, Libc.SetLimit(Libc.OpenFilesLimit, &limit));
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static partial int SocketPair(int family, int type, int protocol, int* handles);
}
