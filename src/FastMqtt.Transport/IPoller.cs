// The system calls of one dispatcher: readiness and socket IO. EpollPoller is the product, PortablePoller serves where
// there is no epoll; tests script another.
// One interface call per system call costs 2 ns on 1 us. It is never called per message.
// All members belong to the dispatcher's thread, except Wake, which any thread may call.

using System;

namespace FastMqtt.Transport;

internal interface IPoller : IByteStream, IDisposable
{
    /// <summary>Waits for events; -1 waits for ever, 0 only looks. May return 0 early (a wake-up, a signal).</summary>
    public int Wait(Span<PollEvent> events, int timeoutMilliseconds);

    /// <summary>Makes the present or the next Wait return. From any thread, also after Dispose.</summary>
    public void Wake();

    /// <summary>Registers a connection once: readable, writable and peer closed, edge-triggered.</summary>
    public bool TryAdd(int handle, ulong token);

    /// <summary>Registers a listener: level-triggered; of several pollers that share it one is woken.</summary>
    public bool TryAddListener(int handle, ulong token);

    /// <summary>Ends a registration without closing: a connection moves on, or accepting pauses.</summary>
    public void Remove(int handle);

    /// <summary>
    /// What a socket has to receive, which stays to be received: as much as there is and the buffer takes.
    /// </summary>
    public IoStatus Peek(int handle, Span<byte> buffer, out int count);

    /// <summary>
    /// Ends the incoming stream: an event comes that says so, whatever the peer does. For a stream above the socket
    /// that has come to its end by what it has read.
    /// </summary>
    public void ShutdownReceive(int handle);

    /// <summary>Takes one waiting connection: non-blocking, close-on-exec, the rest as its listener.</summary>
    public IoStatus Accept(int listener, out int handle, out PeerAddress peer);
}
