// Every system call of the product, and nothing else. Signatures are blittable, so that no marshalling code is made;
// the error number is kept only where it is read. None may skip the GC transition: they last long, or may block.
// Layouts and numbers are those of 64-bit Linux on x64 and arm64. Called by the types of this folder.

using System.Runtime.InteropServices;
using System.Runtime.Versioning;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace FastMqtt.Transport.Linux;

[SupportedOSPlatform("linux")]
internal static unsafe partial class Libc
{
    public const int CloseOnExec = 0x80000;        // EPOLL_CLOEXEC, EFD_CLOEXEC, SOCK_CLOEXEC
    public const int NonBlock = 0x800;             // EFD_NONBLOCK, SOCK_NONBLOCK

    public const int EpollAdd = 1;
    public const int EpollDelete = 2;
    public const uint EpollIn = 0x1;
    public const uint EpollOut = 0x4;
    public const uint EpollError = 0x8;
    public const uint EpollHangUp = 0x10;
    public const uint EpollPeerClosed = 0x2000;    // EPOLLRDHUP
    public const uint EpollExclusive = 1u << 28;
    public const uint EpollEdge = 1u << 31;

    public const int AddressFamilyUnix = 1;
    public const int AddressFamilyV4 = 2;
    public const int AddressFamilyV6 = 10;
    public const int Stream = 1;
    public const int SocketLevel = 1;              // SOL_SOCKET
    public const int ReuseAddress = 2;
    public const int TcpLevel = 6;                 // IPPROTO_TCP
    public const int TcpNoDelay = 1;
    public const int Version6Level = 41;           // IPPROTO_IPV6
    public const int Version6Only = 26;
    public const int Peek = 0x2;                   // MSG_PEEK
    public const int NoSignal = 0x4000;            // MSG_NOSIGNAL
    public const int ShutdownRead = 0;
    public const int ShutdownWrite = 1;
    public const int OpenFilesLimit = 7;           // RLIMIT_NOFILE
    public const int SocketError = 4;              // SO_ERROR
    public const int PeerCredentials = 17;         // SO_PEERCRED
    public const int Version4Level = 0;            // IPPROTO_IP
    public const int BindAddressNoPort = 24;       // IP_BIND_ADDRESS_NO_PORT
    public const int DoNotNeed = 4;                // MADV_DONTNEED
    public const int MayRead = 1;                  // PROT_READ
    public const int MayBeWritten = 2;             // PROT_WRITE
    public const int Private = 2;                  // MAP_PRIVATE
    public const int Anonymous = 0x20;             // MAP_ANONYMOUS
    public const nint MapFailed = -1;              // MAP_FAILED
    public const int SetTimerSlack = 29;           // PR_SET_TIMERSLACK

    public const int CurrentFolder = -100;         // AT_FDCWD
    public const int DoNotFollow = 0x100;          // AT_SYMLINK_NOFOLLOW
    public const int MayExecute = 1;               // X_OK
    public const int MayWrite = 2;                 // W_OK

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int handle, byte* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int countMax, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int countMax, Duration* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    public static partial nint Write(int handle, void* buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int handle);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int handle, byte* address, int addressLength);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int handle, int backlog);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int GetSocketName(int handle, byte* address, int* addressLength);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int handle, int level, int name, int* value, int valueLength);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int handle, byte* address, int addressLength);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int handle, int level, int name, int* value, int* valueLength);

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    public static partial int Sleep(Duration* duration, Duration* rest);

    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int ProcessControl(int operation, nuint value, nuint unused3, nuint unused4, nuint unused5);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int handle, byte* address, int* addressLength, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int handle, byte* buffer, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int handle, byte* buffer, nuint size, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint SendMessage(int handle, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    public static partial int Shutdown(int handle, int how);

    [LibraryImport("libc", EntryPoint = "getrandom", SetLastError = true)]
    public static partial nint GetRandom(byte* buffer, nuint size, uint flags);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true)]
    public static partial int ChangeMode(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "getifaddrs", SetLastError = true)]
    public static partial int GetInterfaceAddresses(nint* first);

    [LibraryImport("libc", EntryPoint = "freeifaddrs")]
    public static partial void FreeInterfaceAddresses(nint first);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int GetStatus(int folder, byte* path, int flags, uint mask, StatusBlock* status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    public static partial int SetGroups(nuint count, uint* groups);

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    public static partial int SetGroup(uint group);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    public static partial int SetUser(uint user);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    public static partial int TrimHeap(nuint keptBytes);

    [LibraryImport("libc", EntryPoint = "mmap")]
    public static partial void* Map(void* address, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(void* address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(void* address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "syscall")]
    public static partial nint SystemCall(nint number, nint first, void* second, nuint third, nuint fourth);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", EntryPoint = "access")]
    public static partial int Access(byte* path, int rights);

    [LibraryImport("libc", EntryPoint = "chown")]
    public static partial int ChangeOwner(byte* path, uint user, uint group);
}
