// How a step of a handshake ended. Returned by TlsStream.Step.

namespace FastMqtt.Transport.Tls;

internal enum TlsHandshakeStatus
{
    /// <summary>Both sides have agreed: the stream carries data.</summary>
    Done,

    /// <summary>The next step is due when the socket becomes readable.</summary>
    WantRead,

    /// <summary>The next step is due when the socket becomes writable.</summary>
    WantWrite,

    /// <summary>The stream is of no use; <see cref="TlsStream.Failure"/> says why.</summary>
    Failed,
}
