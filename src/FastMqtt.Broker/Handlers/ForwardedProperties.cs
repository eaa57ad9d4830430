// Which MQTT 5.0 properties of a PUBLISH or a will travel on to subscribers unchanged: all but those that are about one
// hop (Topic Alias), that change on the way (Message Expiry Interval), or that end here (Will Delay Interval).

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Handlers;

internal static class ForwardedProperties
{
    /// <summary>Copies what is forwarded, in its order. [MQTT-3.3.2-17] [MQTT-3.3.2-18]</summary>
    /// <param name="properties">Valid raw properties.</param>
    /// <param name="destination">At least as long.</param>
    /// <returns>Bytes copied.</returns>
    public static int Copy(ReadOnlySpan<byte> properties, Span<byte> destination)
    {
        int length = 0;
        var reader = new PropertyReader(properties);
        while (reader.TryRead(out PropertyIdentifier id))
        {
            bool stays = id is PropertyIdentifier.TopicAlias or PropertyIdentifier.MessageExpiryInterval
                or PropertyIdentifier.WillDelayInterval or PropertyIdentifier.SubscriptionIdentifier;
            if (!stays)
            {
                reader.Raw.CopyTo(destination[length..]);
                length += reader.Raw.Length;
            }
        }

        return length;
    }
}
