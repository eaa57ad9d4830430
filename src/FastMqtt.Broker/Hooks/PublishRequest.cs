// A message that waits for asynchronous hooks, and what they say. Made by PublishingCalls, and kept until its packet is
// handled again; in between the hooks own it. Knows the packet it was made from, so that no other gets its answer.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>A message that a client publishes, or its Will Message; it waits for an answer.</summary>
public sealed class PublishRequest : IDecidable
{
    private readonly BrokerOptions _options;
    private readonly byte[] _properties;
    private readonly byte[] _askedTopic;
    private readonly byte[] _askedPayload;
    private readonly ushort _packetIdentifier;
    private byte[] _topic;
    private byte[] _payload;
    private string? _topicText;
    private QualityOfService _qos;
    private bool _retain;

    internal PublishRequest(
        BrokerOptions options,
        in PublishingContext asked,
        ReadOnlySpan<byte> askedTopic,
        ReadOnlySpan<byte> askedPayload,
        ushort packetIdentifier)
    {
        _options = options;
        _askedTopic = askedTopic.ToArray();
        _askedPayload = askedPayload.ToArray();
        _packetIdentifier = packetIdentifier;
        Client = asked.Client;
        ClientId = Encoding.UTF8.GetString(asked.ClientIdentifier);
        UserName = asked.UserName;
        _topic = asked.HasOtherTopic ? asked.Topic.ToArray() : _askedTopic;
        _payload = asked.HasOtherPayload ? asked.Payload.ToArray() : _askedPayload;
        _properties = asked.Properties.ToArray();
        HasOtherTopic = asked.HasOtherTopic;
        HasOtherPayload = asked.HasOtherPayload;
        HasOtherQoS = asked.HasOtherQoS;
        _qos = asked.QoS;
        _retain = asked.Retain;
    }

    /// <summary>Who publishes; null for a Will Message, whose client is gone.</summary>
    public ClientConnection? Client { get; }

    /// <summary>The publisher's Client Identifier.</summary>
    public string ClientId { get; }

    /// <summary>The publisher's user name; null: it has none.</summary>
    public string? UserName { get; }

    /// <summary>Whether it is a Will Message.</summary>
    public bool IsWill => Client is null;

    /// <summary>
    /// The topic, below the listener's mount point. Set, the message goes to that topic, which is not judged by access
    /// rules: they have judged what the client wrote. The whole topic then, mount point included.
    /// </summary>
    /// <exception cref="ArgumentException">Nobody may publish to that.</exception>
    public string Topic
    {
        get => _topicText ??= Encoding.UTF8.GetString(_topic);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            byte[] topic = Encoding.UTF8.GetBytes(value);
            MessageChecks.CheckTopic(topic);
            _topic = topic;
            _topicText = value;
            HasOtherTopic = true;
        }
    }

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => _payload;

    /// <summary>The raw properties that are forwarded: without Topic Alias and Message Expiry Interval.</summary>
    public ReadOnlyMemory<byte> Properties => _properties;

    /// <summary>The User Properties among <see cref="Properties"/>.</summary>
    public UserProperties UserProperties => new(_properties);

    /// <summary>
    /// The QoS it was published with. Changed, it is what receivers get at the most; the publisher is answered as it
    /// has asked.
    /// </summary>
    public QualityOfService QoS
    {
        get => _qos;
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
        get => _retain;
        set => _retain = MessageChecks.CheckRetain(_options, value);
    }

    internal PublishDecision Decision { get; private set; }

    internal ReasonCode Refusal { get; private set; }

    internal bool HasOtherTopic { get; private set; }

    internal bool HasOtherPayload { get; private set; }

    internal bool HasOtherQoS { get; private set; }

    internal ReadOnlySpan<byte> TopicBytes => _topic;

    bool IDecidable.IsDecided => Decision >= PublishDecision.Denied;

    /// <summary>Receivers get another payload; one that is empty and retained clears the topic.</summary>
    /// <param name="payload">It is copied.</param>
    /// <exception cref="ArgumentException">
    /// It is larger than a packet may be, or not the UTF-8 that the Payload Format Indicator of the message promises.
    /// </exception>
    public void SetPayload(ReadOnlySpan<byte> payload)
    {
        MessageChecks.CheckPayload(_options, _properties, payload);
        _payload = payload.ToArray();
        HasOtherPayload = true;
    }

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

    /// <summary>Whether it was made from a packet.</summary>
    internal bool IsOf(ushort packetIdentifier, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload) =>
        packetIdentifier == _packetIdentifier
        && topic.SequenceEqual(_askedTopic)
        && payload.SequenceEqual(_askedPayload);
}
