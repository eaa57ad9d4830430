// MQTT 5.0 properties at the end of a chunk: their length as in PUBLISH, and they. A chunk without has nothing there.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal static class ChunkProperties
{
    /// <summary>Takes off the length. False: they are not what a PUBLISH may carry.</summary>
    public static bool TryRead(ReadOnlySpan<byte> field, out ReadOnlySpan<byte> properties)
    {
        properties = default;
        if (field.IsEmpty)
        {
            return true;
        }

        if (VariableByteInteger.TryRead(field, out uint length, out int lengthSize) != FrameResult.Complete
            || length != (uint)(field.Length - lengthSize))
        {
            return false;
        }

        properties = field[lengthSize..];
        return AllowedProperties.Validate(properties, AllowedProperties.Publish) == ReasonCode.Success;
    }

    /// <summary>
    /// A copy without what must not be forwarded. Mosquitto takes it out itself, but not from what its plugins publish.
    /// </summary>
    public static byte[] ToForward(ReadOnlySpan<byte> properties)
    {
        if (!PublishProperties.From(properties).MustRewrite)
        {
            return properties.ToArray();
        }

        byte[] copy = new byte[properties.Length];
        int length = 0;
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            if (identifier is not (PropertyIdentifier.TopicAlias
                or PropertyIdentifier.MessageExpiryInterval
                or PropertyIdentifier.SubscriptionIdentifier))
            {
                reader.Raw.CopyTo(copy.AsSpan(length));
                length += reader.Raw.Length;
            }
        }

        return copy[..length];
    }

    public static uint[] SubscriptionIdentifiers(ReadOnlySpan<byte> properties)
    {
        if (properties.IsEmpty)
        {
            return [];
        }

        List<uint> identifiers = [];
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            if (identifier == PropertyIdentifier.SubscriptionIdentifier)
            {
                identifiers.Add(reader.Integer);
            }
        }

        return [.. identifiers];
    }
}
