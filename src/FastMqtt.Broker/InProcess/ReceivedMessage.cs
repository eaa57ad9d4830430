// A message as the reader of a MessageStream gets it: a copy that is its own, in one array. Texts are made when they
// are asked for.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

/// <summary>A received message, a copy that may be kept.</summary>
public sealed class ReceivedMessage
{
    private readonly byte[] _bytes;
    private readonly int _topicBytes;
    private readonly int _propertiesBytes;
    private string? _topic;

    internal ReceivedMessage(in ReceivedSpan message)
    {
        _topicBytes = message.Topic.Length;
        _propertiesBytes = message.Properties.Length;
        _bytes = GC.AllocateUninitializedArray<byte>(_topicBytes + _propertiesBytes + message.Payload.Length);
        message.Topic.CopyTo(_bytes);
        message.Properties.CopyTo(_bytes.AsSpan(_topicBytes));
        message.Payload.CopyTo(_bytes.AsSpan(_topicBytes + _propertiesBytes));
        QoS = message.QoS;
        Retain = message.Retain;
        SubscriptionIdentifier = message.SubscriptionIdentifier;
        MessageExpiryInterval = message.MessageExpiryInterval;
    }

    /// <summary>The Topic Name.</summary>
    public string Topic => _topic ??= Encoding.UTF8.GetString(TopicBytes.Span);

    /// <summary>The Topic Name in UTF-8.</summary>
    public ReadOnlyMemory<byte> TopicBytes => _bytes.AsMemory(0, _topicBytes);

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => _bytes.AsMemory(_topicBytes + _propertiesBytes);

    /// <summary>The raw properties, as in <see cref="ReceivedSpan.Properties"/>.</summary>
    public ReadOnlyMemory<byte> Properties => _bytes.AsMemory(_topicBytes, _propertiesBytes);

    /// <summary>The lower one of published and subscribed.</summary>
    public QualityOfService QoS { get; }

    /// <summary>As <see cref="ReceivedSpan.Retain"/>.</summary>
    public bool Retain { get; }

    /// <summary>What the subscription was given as its identifier; 0: none.</summary>
    public uint SubscriptionIdentifier { get; }

    /// <summary>Seconds it was still to be used when it was delivered; null: it does not expire.</summary>
    public uint? MessageExpiryInterval { get; }

    /// <summary>Whether the publisher says that the payload is UTF-8 text.</summary>
    public bool PayloadFormatIndicator => PublishProperties.From(Properties.Span).PayloadFormatIndicator;

    /// <summary>What the payload is; null: not said.</summary>
    public string? ContentType => PublishProperties.From(Properties.Span) is { HasContentType: true } properties
        ? Encoding.UTF8.GetString(properties.ContentType)
        : null;

    /// <summary>The Topic Name for a response; null: none.</summary>
    public string? ResponseTopic => PublishProperties.From(Properties.Span) is { HasResponseTopic: true } properties
        ? Encoding.UTF8.GetString(properties.ResponseTopic)
        : null;

    /// <summary>What the response is to carry; empty: nothing.</summary>
    public byte[] CorrelationData => PublishProperties.From(Properties.Span).CorrelationData.ToArray();

    /// <summary>The User Properties in the publisher's order; made anew with each call.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties
    {
        get
        {
            List<KeyValuePair<string, string>> pairs = [];
            foreach (UserProperty pair in new UserProperties(Properties.Span))
            {
                pairs.Add(new(Encoding.UTF8.GetString(pair.Name), Encoding.UTF8.GetString(pair.Value)));
            }

            return pairs;
        }
    }

    /// <summary>Bytes it counts as in its stream's limit.</summary>
    internal int Bytes => _bytes.Length;
}
