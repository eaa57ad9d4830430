// A client that wants in and waits for asynchronous hooks, and what they say. Made and kept by ConnectingCalls until
// the CONNECT is handled again; in between the hooks own it.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>A client that was authenticated and wants in; it waits for an answer.</summary>
public sealed class ConnectRequest : IDecidable
{
    private readonly byte[] _properties;

    internal ConnectRequest(in ConnectingContext asked)
    {
        Client = asked.Client;
        Terms = asked.Terms;
        CleanStart = asked.CleanStart;
        Password = asked.HasPassword ? (ReadOnlyMemory<byte>?)asked.Password.ToArray() : null;
        HasWill = asked.HasWill;
        WillTopic = asked.HasWill ? asked.GetWillTopicString() : null;
        WillPayload = asked.WillPayload.ToArray();
        WillQoS = asked.WillQoS;
        WillRetain = asked.WillRetain;
        _properties = asked.Properties.ToArray();
    }

    /// <summary>Its connection, and who it is so far. An embedder may keep values with it.</summary>
    public ClientConnection Client { get; }

    /// <summary>What will hold for it unless it is changed here.</summary>
    public ConnectTerms Terms { get; }

    /// <summary>Whether it wants to begin anew; Clean Session in 3.x.</summary>
    public bool CleanStart { get; }

    /// <summary>The password; null: none was sent. Never to be logged.</summary>
    public ReadOnlyMemory<byte>? Password { get; }

    /// <summary>Whether it leaves a will.</summary>
    public bool HasWill { get; }

    /// <summary>The Will Topic as the client wrote it; null: it leaves no will.</summary>
    public string? WillTopic { get; }

    /// <summary>The Will Payload.</summary>
    public ReadOnlyMemory<byte> WillPayload { get; }

    /// <summary>The Will QoS.</summary>
    public QualityOfService WillQoS { get; }

    /// <summary>Will Retain.</summary>
    public bool WillRetain { get; }

    /// <summary>The raw properties of the CONNECT; empty for 3.x.</summary>
    public ReadOnlyMemory<byte> Properties => _properties;

    /// <summary>The User Properties among <see cref="Properties"/>.</summary>
    public UserProperties UserProperties => new(_properties);

    internal ReasonCode Refusal { get; private set; }

    internal byte[]? ReasonString { get; private set; }

    bool IDecidable.IsDecided => Refusal != ReasonCode.Success;

    /// <summary>It does not come in: CONNACK says why, a 3.x client gets the nearest return code.</summary>
    /// <param name="reason">What CONNACK may say, table 3-1 of MQTT 5.0.</param>
    /// <param name="reasonString">For a person at the client; only 5.0 has it, and only if it fits.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another reason.</exception>
    /// <exception cref="ArgumentException">The text is longer than 65,535 bytes or has a NUL.</exception>
    public void Refuse(ReasonCode reason = ReasonCode.NotAuthorized, string? reasonString = null)
    {
        ReasonString = Utf8(reasonString);
        Refusal = HookRefusal.Check(PacketType.Connack, reason);
    }

    void IDecidable.Fail()
    {
        ReasonString = null;
        Refusal = ReasonCode.ServerUnavailable;
    }

    /// <summary>A text as packets carry it.</summary>
    /// <exception cref="ArgumentException">It is longer than 65,535 bytes or has a NUL.</exception>
    internal static byte[]? Utf8(string? text)
    {
        if (text is null)
        {
            return null;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= ushort.MaxValue && Utf8Text.IsValid(bytes) // [MQTT-1.5.4-2]
            ? bytes
            : throw new ArgumentException("A packet cannot carry that text.", nameof(text));
    }
}
