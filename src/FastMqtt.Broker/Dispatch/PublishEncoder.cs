// PUBLISH packets to subscribers. What differs between the receivers of one message is small: the protocol version,
// whether there is a Packet Identifier, and rarely Subscription Identifiers or a Topic Alias. So everything before the
// payload is encoded once per layout and message (a "head"), then copied and patched per receiver.
// One per dispatcher; heads are valid until Begin is called for the next message.

using System.Buffers.Binary;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal sealed class PublishEncoder
{
    private const int Layouts = 4;
    private readonly byte[][] _heads = [new byte[512], new byte[512], new byte[512], new byte[512]];
    private readonly int[] _lengths = new int[Layouts];
    private readonly int[] _identifierOffsets = new int[Layouts];

    public static int LayoutOf(bool mqtt5, QualityOfService qos) =>
        (mqtt5 ? 2 : 0) + (qos == QualityOfService.AtMostOnce ? 0 : 1);

    /// <summary>Forgets the heads of the message before.</summary>
    public void Begin() => Array.Fill(_lengths, 0);

    /// <summary>Everything before the payload; the first byte and the Packet Identifier are to be patched.</summary>
    public ReadOnlySpan<byte> Head(in Message message, int layout, long nowMilliseconds, out int identifierOffset)
    {
        if (_lengths[layout] == 0)
        {
            int room = Room(in message);
            if (_heads[layout].Length < room)
            {
                _heads[layout] = new byte[room];
            }

            _lengths[layout] = Write(
                _heads[layout],
                in message,
                layout >= 2,
                (layout & 1) != 0,
                default,
                0,
                nowMilliseconds,
                out _identifierOffsets[layout]);
        }

        identifierOffset = _identifierOffsets[layout];
        return _heads[layout].AsSpan(0, _lengths[layout]);
    }

    /// <summary>Upper bound of a head in bytes, without Subscription Identifiers.</summary>
    public static int Room(in Message message) => message.Topic.Length + message.Properties.Length + 32;

    /// <summary>A head of its own for one receiver.</summary>
    /// <param name="destination">At least <see cref="Room"/> bytes and 5 for each Subscription Identifier.</param>
    /// <param name="alias">
    /// Topic Alias, 0 for none; negative: the alias is known to the client, the topic is left out.
    /// </param>
    /// <returns>Bytes written.</returns>
    public static int WriteOwn(
        Span<byte> destination,
        in Message message,
        bool hasIdentifier,
        ReadOnlySpan<uint> subscriptionIdentifiers,
        int alias,
        long nowMilliseconds,
        out int identifierOffset) =>
        Write(
            destination,
            in message,
            true,
            hasIdentifier,
            subscriptionIdentifiers,
            alias,
            nowMilliseconds,
            out identifierOffset);

    private static int Write(
        Span<byte> destination,
        in Message message,
        bool mqtt5,
        bool hasIdentifier,
        ReadOnlySpan<uint> subscriptionIdentifiers,
        int alias,
        long nowMilliseconds,
        out int identifierOffset)
    {
        ReadOnlySpan<byte> topic = alias < 0 ? default : message.Topic;
        int propertiesBytes = 0;
        bool expires = message.ExpiresAtMilliseconds != long.MaxValue;
        int bodyBytes = 2 + topic.Length + (hasIdentifier ? 2 : 0) + message.Payload.Length;
        if (mqtt5)
        {
            propertiesBytes = message.Properties.Length + (expires ? 5 : 0) + (alias != 0 ? 3 : 0);
            foreach (uint identifier in subscriptionIdentifiers)
            {
                propertiesBytes += 1 + VariableByteInteger.Measure(identifier);
            }

            bodyBytes += VariableByteInteger.Measure((uint)propertiesBytes) + propertiesBytes;
        }

        destination[0] = (byte)((int)PacketType.Publish << 4);
        int at = 1 + VariableByteInteger.Write(destination[1..], (uint)bodyBytes);
        BinaryPrimitives.WriteUInt16BigEndian(destination[at..], (ushort)topic.Length);
        topic.CopyTo(destination[(at + 2)..]);
        at += 2 + topic.Length;
        identifierOffset = at;
        at += hasIdentifier ? 2 : 0;
        if (!mqtt5)
        {
            return at;
        }

        at += VariableByteInteger.Write(destination[at..], (uint)propertiesBytes);
        if (expires)
        {
            // [MQTT-3.3.2-6] the interval received minus the time it waited here
            long remaining = Math.Max(message.ExpiresAtMilliseconds - nowMilliseconds, 0);
            destination[at] = (byte)PropertyIdentifier.MessageExpiryInterval;
            BinaryPrimitives.WriteUInt32BigEndian(destination[(at + 1)..], (uint)((remaining + 999) / 1000));
            at += 5;
        }

        if (alias != 0)
        {
            destination[at] = (byte)PropertyIdentifier.TopicAlias;
            BinaryPrimitives.WriteUInt16BigEndian(destination[(at + 1)..], (ushort)Math.Abs(alias));
            at += 3;
        }

        foreach (uint identifier in subscriptionIdentifiers)
        {
            destination[at] = (byte)PropertyIdentifier.SubscriptionIdentifier; // [MQTT-3.3.4-3]
            at += 1 + VariableByteInteger.Write(destination[(at + 1)..], identifier);
        }

        message.Properties.CopyTo(destination[at..]); // [MQTT-3.3.2-17] user properties unaltered and in order
        return at + message.Properties.Length;
    }
}
