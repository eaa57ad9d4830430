// What a hook may make of a message: a topic that a client could publish to, a payload that a client could send and
// that is what its Payload Format Indicator says. A hook that gives anything else gets an exception; one that does not
// catch it has failed. Called by PublishingContext and PublishRequest; reads only options, so from any thread.

using System.Text.Unicode;
using FastMqtt.Broker.Handlers;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

internal static class MessageChecks
{
    /// <exception cref="ArgumentException">Nobody may publish to that.</exception>
    public static void CheckTopic(ReadOnlySpan<byte> topic)
    {
        if (!TopicName.IsValid(topic) // [MQTT-3.3.2-2] [MQTT-4.7.3-1]
            || TopicName.CountLevels(topic) > Limits.TopicLevelsMax
            || PublishHandler.IsSystemTopic(topic))
        {
            throw new ArgumentException(
                "Not a Topic Name: empty, too long, with wildcards, with too many levels, or of $SYS.", nameof(topic));
        }
    }

    /// <exception cref="ArgumentException">Nobody could have sent that.</exception>
    public static void CheckPayload(BrokerOptions options, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > options.MaximumPacketSize)
        {
            throw new ArgumentException("Larger than a packet may be.", nameof(payload));
        }

        if (PublishProperties.From(properties).PayloadFormatIndicator && !Utf8.IsValid(payload))
        {
            throw new ArgumentException("Not the UTF-8 its Payload Format Indicator promises.", nameof(payload));
        }
    }

    /// <exception cref="InvalidOperationException">Retained messages are not available.</exception>
    public static bool CheckRetain(BrokerOptions options, bool retain) => !retain || options.RetainAvailable
        ? retain
        : throw new InvalidOperationException("Retained messages are not available.");
}
