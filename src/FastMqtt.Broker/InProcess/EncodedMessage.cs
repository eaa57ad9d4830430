// Topic and forwarded properties of an ApplicationMessage as bytes, checked. Made once for each message.

using System.Buffers;
using System.Text;
using System.Text.Unicode;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

/// <param name="Topic">A valid Topic Name.</param>
/// <param name="Properties">As they are forwarded: no Message Expiry Interval, which counts down.</param>
internal sealed record EncodedMessage(byte[] Topic, byte[] Properties)
{
    public static EncodedMessage Of(ApplicationMessage message)
    {
        byte[] topic = EncodeText(message.Topic, nameof(message.Topic));
        CheckTopic(topic);
        if (message.QoS > QualityOfService.ExactlyOnce)
        {
            throw new ArgumentException("There is no such QoS.", nameof(message));
        }

        return new EncodedMessage(topic, EncodeProperties(message));
    }

    /// <summary>What may be published to.</summary>
    /// <exception cref="ArgumentException">The topic is not one of these.</exception>
    public static void CheckTopic(ReadOnlySpan<byte> topic)
    {
        if (!TopicName.IsValid(topic) || TopicName.CountLevels(topic) > Limits.TopicLevelsMax)
        {
            throw new ArgumentException(
                $"A Topic Name has 1 to {TopicName.LengthMax} bytes, no wildcard, no NUL and at most "
                + $"{Limits.TopicLevelsMax} levels.",
                nameof(topic));
        }
    }

    /// <summary>A text in UTF-8; one that has no valid form there is refused, not repaired.</summary>
    /// <exception cref="ArgumentException">The text is no valid UTF-16, or it does not fit.</exception>
    public static int EncodeText(string text, Span<byte> destination, string name)
    {
        OperationStatus status = Utf8.FromUtf16(
            text, destination, out _, out int written, replaceInvalidSequences: false, isFinalBlock: true);
        return status == OperationStatus.Done
            ? written
            : throw new ArgumentException("Text that is no valid Unicode, or too long.", name);
    }

    public static byte[] EncodeText(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text, name);
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        EncodeText(text, bytes, name);
        return bytes.Length <= TopicName.LengthMax && Utf8Text.IsValid(bytes) // [MQTT-1.5.4-2]
            ? bytes
            : throw new ArgumentException("Text with NUL, or of more than 65,535 bytes.", name);
    }

    private static byte[] EncodeProperties(ApplicationMessage message)
    {
        byte[]? contentType = Encode(message.ContentType, nameof(message.ContentType));
        byte[]? responseTopic = Encode(message.ResponseTopic, nameof(message.ResponseTopic));
        if (responseTopic is not null)
        {
            CheckTopic(responseTopic); // [MQTT-3.3.2-14]
        }

        if (message.CorrelationData.Length > ushort.MaxValue)
        {
            throw new ArgumentException("Correlation Data of more than 65,535 bytes.", nameof(message));
        }

        List<(byte[] Name, byte[] Value)> pairs = [];
        foreach ((string name, string value) in message.UserProperties ?? [])
        {
            pairs.Add((
                EncodeText(name, nameof(message.UserProperties)), EncodeText(value, nameof(message.UserProperties))));
        }

        int size = 2 + PropertyWriter.Measure(contentType) + PropertyWriter.Measure(responseTopic)
            + PropertyWriter.Measure(message.CorrelationData.Span);
        foreach ((byte[] name, byte[] value) in pairs)
        {
            size += PropertyWriter.Measure(name, value);
        }

        var writer = new PropertyWriter(new byte[size]);
        if (message.PayloadFormatIndicator)
        {
            writer.Write(PropertyIdentifier.PayloadFormatIndicator, 1);
        }

        WriteIf(ref writer, PropertyIdentifier.ContentType, contentType);
        WriteIf(ref writer, PropertyIdentifier.ResponseTopic, responseTopic);
        if (!message.CorrelationData.IsEmpty)
        {
            writer.Write(PropertyIdentifier.CorrelationData, message.CorrelationData.Span);
        }

        foreach ((byte[] name, byte[] value) in pairs)
        {
            writer.WriteUserProperty(name, value); // [MQTT-3.3.2-18] in their order
        }

        return writer.Written.ToArray();
    }

    private static byte[]? Encode(string? text, string name) => text is null ? null : EncodeText(text, name);

    private static void WriteIf(ref PropertyWriter writer, PropertyIdentifier identifier, byte[]? data)
    {
        if (data is not null)
        {
            writer.Write(identifier, data);
        }
    }
}
