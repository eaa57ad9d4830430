// A connection has ended, as hooks are told. Made by HookCalls.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>A connection that was in has ended.</summary>
public readonly struct DisconnectedNotice
{
    /// <summary>The connection.</summary>
    public required ClientConnection Client { get; init; }

    /// <summary>
    /// What DISCONNECT said, or would have said to a client of MQTT 5.0; UnspecifiedError when nobody said anything.
    /// </summary>
    public required ReasonCode Reason { get; init; }

    /// <summary>Who ended it.</summary>
    public required DisconnectedBy EndedBy { get; init; }

    /// <summary>How long it was in.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Bytes of packets from it.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Bytes of packets that were sent to it, without what is still on its way out.</summary>
    public required long BytesSent { get; init; }
}
