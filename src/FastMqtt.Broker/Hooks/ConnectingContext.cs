// A client that wants in, as hooks see it. Made by ConnectingCalls.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>A client that was authenticated and wants in.</summary>
public ref struct ConnectingContext : IDecidable
{
    /// <summary>Its connection, and who it is so far. An embedder may keep values with it.</summary>
    public required ClientConnection Client { get; init; }

    /// <summary>What will hold for it unless it is changed here.</summary>
    public required ConnectTerms Terms { get; init; }

    /// <summary>Whether it wants to begin anew; Clean Session in 3.x.</summary>
    public required bool CleanStart { get; init; }

    /// <summary>Whether it has sent a password.</summary>
    public required bool HasPassword { get; init; }

    /// <summary>The password; never to be logged.</summary>
    public required ReadOnlySpan<byte> Password { get; init; }

    /// <summary>Whether it leaves a will.</summary>
    public required bool HasWill { get; init; }

    /// <summary>The Will Topic in UTF-8, as the client wrote it.</summary>
    public required ReadOnlySpan<byte> WillTopic { get; init; }

    /// <summary>The Will Payload.</summary>
    public required ReadOnlySpan<byte> WillPayload { get; init; }

    /// <summary>The Will QoS.</summary>
    public required QualityOfService WillQoS { get; init; }

    /// <summary>Will Retain.</summary>
    public required bool WillRetain { get; init; }

    /// <summary>The raw properties of the CONNECT; empty for 3.x.</summary>
    public required ReadOnlySpan<byte> Properties { get; init; }

    /// <summary>The User Properties among <see cref="Properties"/>.</summary>
    public readonly UserProperties UserProperties => new(Properties);

    internal ReasonCode Refusal { get; private set; }

    internal byte[]? ReasonString { get; private set; }

    readonly bool IDecidable.IsDecided => Refusal != ReasonCode.Success;

    /// <summary>The Will Topic as a string.</summary>
    public readonly string GetWillTopicString() => Encoding.UTF8.GetString(WillTopic);

    /// <summary>It does not come in: CONNACK says why, a 3.x client gets the nearest return code.</summary>
    /// <param name="reason">What CONNACK may say, table 3-1 of MQTT 5.0.</param>
    /// <param name="reasonString">For a person at the client; only 5.0 has it, and only if it fits.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another reason.</exception>
    /// <exception cref="ArgumentException">The text is longer than 65,535 bytes or has a NUL.</exception>
    public void Refuse(ReasonCode reason = ReasonCode.NotAuthorized, string? reasonString = null)
    {
        ReasonString = ConnectRequest.Utf8(reasonString);
        Refusal = HookRefusal.Check(PacketType.Connack, reason);
    }

    void IDecidable.Fail()
    {
        ReasonString = null;
        Refusal = ReasonCode.ServerUnavailable;
    }
}
