// MQTT 5.0 properties by hand, as raw bytes that can be joined with a spread.

using System.Buffers.Binary;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Tests.Harness;

internal static class Property
{
    public static byte[] SessionExpiryInterval(uint seconds) => Four(PropertyIdentifier.SessionExpiryInterval, seconds);

    public static byte[] MessageExpiryInterval(uint seconds) => Four(PropertyIdentifier.MessageExpiryInterval, seconds);

    public static byte[] WillDelayInterval(uint seconds) => Four(PropertyIdentifier.WillDelayInterval, seconds);

    public static byte[] MaximumPacketSize(uint bytes) => Four(PropertyIdentifier.MaximumPacketSize, bytes);

    public static byte[] ReceiveMaximum(ushort value) => Two(PropertyIdentifier.ReceiveMaximum, value);

    public static byte[] TopicAliasMaximum(ushort value) => Two(PropertyIdentifier.TopicAliasMaximum, value);

    public static byte[] TopicAlias(ushort value) => Two(PropertyIdentifier.TopicAlias, value);

    public static byte[] PayloadFormatIndicator(byte value) =>
        [(byte)PropertyIdentifier.PayloadFormatIndicator, value];

    public static byte[] SubscriptionIdentifier(uint value)
    {
        byte[] bytes = new byte[5];
        bytes[0] = (byte)PropertyIdentifier.SubscriptionIdentifier;
        return bytes[..(1 + VariableByteInteger.Write(bytes.AsSpan(1), value))];
    }

    public static byte[] UserProperty(string name, string value) =>
        [(byte)PropertyIdentifier.UserProperty, .. Packets.Text(name), .. Packets.Text(value)];

    /// <summary>Authentication Method and, unless null, Authentication Data.</summary>
    public static byte[] Authentication(string method, string? data) =>
    [
        (byte)PropertyIdentifier.AuthenticationMethod, .. Packets.Text(method),
        .. data is null ? [] : (byte[])[(byte)PropertyIdentifier.AuthenticationData, .. Packets.Text(data)],
    ];

    private static byte[] Two(PropertyIdentifier identifier, ushort value) =>
        [(byte)identifier, (byte)(value >> 8), (byte)value];

    private static byte[] Four(PropertyIdentifier identifier, uint value)
    {
        byte[] bytes = new byte[5];
        bytes[0] = (byte)identifier;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), value);
        return bytes;
    }
}
