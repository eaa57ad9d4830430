// Every bound of WebSocket listeners, with its unit and its reason. What is behind the upgrade has the broker's limits.
namespace FastMqtt.WebSockets;

internal static class WebSocketLimits
{
    /// <summary>Bytes of a request's headers. Browsers send every cookie of the host: 1,024 are too few.</summary>
    public const int HeaderBytes = 16 * 1024;

    /// <summary>Bytes of a request's first line: an address with a token in its query, at the most.</summary>
    public const int RequestLineBytes = 8 * 1024;

    /// <summary>Bytes received for a client before it is held up, in front of the broker's own limit.</summary>
    public const int ReceiveBufferBytes = 64 * 1024;

    /// <summary>Connections that the system keeps until they are accepted, as for the broker's own listeners.</summary>
    public const int Backlog = 4_096;

    /// <summary>Connections beyond a listener's maximum that may be in the middle of TLS and HTTP.</summary>
    public const int UnfinishedConnections = 256;

    /// <summary>TLS handshakes at a time: each costs a millisecond of a core. More are closed.</summary>
    public const int Handshakes = 256;

    /// <summary>
    /// For the TLS handshake, and for a whole request. After the upgrade the broker waits for CONNECT by its own limit.
    /// </summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks at certificate files.</summary>
    public static readonly TimeSpan CertificatePoll = TimeSpan.FromSeconds(5);
}
