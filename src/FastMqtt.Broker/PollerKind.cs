// Over which sockets a broker runs, as its host asks for it.

namespace FastMqtt.Broker;

/// <summary>How a broker waits for its sockets.</summary>
public enum PollerKind
{
    /// <summary><see cref="Epoll"/> on Linux, <see cref="Portable"/> elsewhere.</summary>
    Automatic,

    /// <summary>The system calls of Linux, without the runtime in between: the fastest, and only there.</summary>
    Epoll,

    /// <summary>
    /// System.Net.Sockets, on every system .NET runs on. What arrives passes through the runtime's thread pool: some
    /// four times the processor time of epoll, and not twice with DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS=1 in
    /// the environment of a process whose other sockets can do with it.
    /// </summary>
    Portable,
}
