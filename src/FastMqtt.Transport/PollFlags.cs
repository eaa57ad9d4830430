// What a poller saw at a socket. Several may be set in one event.
// Readable and Writable are edges for connections: each says "changed", and is not repeated.

using System;

namespace FastMqtt.Transport;

[Flags]
internal enum PollFlags : byte
{
    None = 0,
    Readable = 1,
    Writable = 2,

    /// <summary>
    /// The peer will send no more: receive until <see cref="IoStatus.Closed"/>, whatever was filled. A poller that does
    /// not know it before it receives reports Readable, after every receive that left something or nothing.
    /// </summary>
    PeerClosed = 4,

    /// <summary>The socket failed; the next call on it says how.</summary>
    Error = 8,
}
