// A message that a client publishes, as hooks see it. Made by PublishingCalls. What a hook changes is copied into
// buffers of the dispatcher that stay as they are until the message is routed: nothing depends on the hook's memory.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>A message that a client publishes, or its Will Message.</summary>
public ref struct PublishingContext : IDecidable
{
    private readonly PublishingCalls _calls;
    private QualityOfService _qos;
    private bool _retain;

    internal PublishingContext(PublishingCalls calls, QualityOfService qos, bool retain)
    {
        _calls = calls;
        _qos = qos;
        _retain = retain;
    }

    /// <summary>Who publishes; null for a Will Message, whose client is gone.</summary>
    public ClientConnection? Client { get; internal init; }

    /// <summary>The publisher's Client Identifier in UTF-8.</summary>
    public ReadOnlySpan<byte> ClientIdentifier { get; internal init; }

    /// <summary>The publisher's user name; null: it has none.</summary>
    public string? UserName { get; internal init; }

    /// <summary>Whether it is a Will Message.</summary>
    public readonly bool IsWill => Client is null;

    /// <summary>The topic in UTF-8, below the listener's mount point.</summary>
    public ReadOnlySpan<byte> Topic { get; internal set; }

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Payload { get; internal set; }

    /// <summary>The raw properties that are forwarded: without Topic Alias and Message Expiry Interval.</summary>
    public ReadOnlySpan<byte> Properties { get; internal init; }

    /// <summary>The User Properties among <see cref="Properties"/>.</summary>
    public readonly UserProperties UserProperties => new(Properties);

    /// <summary>
    /// The QoS it was published with. Changed, it is what receivers get at the most; the publisher is answered as it
    /// has asked.
    /// </summary>
    public QualityOfService QoS
    {
        readonly get => _qos;
        set
        {
            HasOtherQoS |= _qos != value;
            _qos = value;
        }
    }

    /// <summary>Whether it is to be retained.</summary>
    /// <exception cref="InvalidOperationException">Set while retained messages are not available.</exception>
    public bool Retain
    {
        readonly get => _retain;
        set => _retain = MessageChecks.CheckRetain(_calls.Options, value);
    }

    internal PublishDecision Decision { get; private set; }

    internal ReasonCode Refusal { get; private set; }

    internal bool HasOtherTopic { get; private set; }

    internal bool HasOtherPayload { get; private set; }

    internal bool HasOtherQoS { get; private set; }

    readonly bool IDecidable.IsDecided => Decision >= PublishDecision.Denied;

    /// <summary>The topic as a string.</summary>
    public readonly string GetTopicString() => Encoding.UTF8.GetString(Topic);

    /// <summary>
    /// The message goes to another topic, which is not judged by access rules: they have judged what the client wrote.
    /// </summary>
    /// <param name="topic">The whole topic in UTF-8, mount point included. It is copied.</param>
    /// <exception cref="ArgumentException">Nobody may publish to that.</exception>
    public void SetTopic(scoped ReadOnlySpan<byte> topic)
    {
        MessageChecks.CheckTopic(topic);
        Topic = _calls.KeepTopic(topic);
        HasOtherTopic = true;
    }

    /// <inheritdoc cref="SetTopic(ReadOnlySpan{byte})"/>
    public void SetTopic(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        SetTopic(Encoding.UTF8.GetBytes(topic));
    }

    /// <summary>Receivers get another payload; one that is empty and retained clears the topic.</summary>
    /// <param name="payload">It is copied.</param>
    /// <exception cref="ArgumentException">
    /// It is larger than a packet may be, or not the UTF-8 that the Payload Format Indicator of the message promises.
    /// </exception>
    public void SetPayload(scoped ReadOnlySpan<byte> payload)
    {
        MessageChecks.CheckPayload(_calls.Options, Properties, payload);
        Payload = _calls.KeepPayload(payload);
        HasOtherPayload = true;
    }

    /// <summary>
    /// It is allowed for good: <see cref="BrokerHooks.PublishingAsync"/> is not asked. Synchronous hooks behind this
    /// one still are.
    /// </summary>
    public void Allow() => Decision = PublishDecision.Allowed;

    /// <summary>
    /// Nobody gets it. A client of MQTT 5.0 is told the reason if it has asked for QoS 1 or 2; one of 3.x sees its
    /// message acknowledged.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">PUBACK cannot carry the reason, or it is no refusal.</exception>
    public void Deny(ReasonCode reason = ReasonCode.NotAuthorized)
    {
        Refusal = HookRefusal.Check(PacketType.Puback, reason);
        Decision = PublishDecision.Denied;
    }

    /// <summary>Nobody gets it, and its publisher sees it acknowledged.</summary>
    public void Swallow()
    {
        Refusal = ReasonCode.Success;
        Decision = PublishDecision.Swallowed;
    }

    void IDecidable.Fail()
    {
        Refusal = ReasonCode.NotAuthorized;
        Decision = PublishDecision.Denied;
    }
}
