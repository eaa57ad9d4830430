// Client packets by hand for 3.1.1 and 5.0, as bytes. Properties are written in 5.0 only.

using System.Text;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Harness;

internal static class Packets
{
    public static byte[] Pingreq => [0xC0, 0x00];

    public static byte[] Connect(
        ProtocolVersion version,
        string identifier,
        bool clean = true,
        ushort keepAlive = 0,
        byte[]? properties = null,
        Will? will = null,
        string? userName = null,
        string? password = null)
    {
        int flags = clean ? 2 : 0;
        byte[] payload = Text(identifier);
        if (will is not null)
        {
            flags |= 4 | (will.QoS << 3) | (will.Retain ? 0x20 : 0);
            payload =
            [
                .. payload, .. Properties(version, will.Properties), .. Text(will.Topic), .. Text(will.Payload),
            ];
        }

        if (userName is not null)
        {
            flags |= 0x80;
            payload = [.. payload, .. Text(userName)];
        }

        if (password is not null)
        {
            flags |= 0x40;
            payload = [.. payload, .. Text(password)];
        }

        return Frame(
            0x10,
            [
                .. Text(version == ProtocolVersion.Mqtt31 ? "MQIsdp" : "MQTT"), (byte)version, (byte)flags,
                .. Short(keepAlive), .. Properties(version, properties),
                .. payload,
            ]);
    }

    /// <summary>The same CONNECT with a user name, which is its last field.</summary>
    public static byte[] WithUserName(byte[] connect, string userName)
    {
        Assert.True(connect[1] < 0x80 && connect.Length + userName.Length + 2 < 0x80, "one byte of length");
        byte[] longer = [.. connect, .. Text(userName)];
        longer[1] = (byte)(longer.Length - 2);
        longer[9] |= 0x80; // behind MQTT, with its length, and the version
        return longer;
    }

    public static byte[] Publish(
        ProtocolVersion version,
        string topic,
        ReadOnlySpan<byte> payload,
        int qos = 0,
        ushort id = 0,
        bool retain = false,
        bool duplicate = false,
        byte[]? properties = null) => Frame(
            0x30 | (duplicate ? 8 : 0) | (qos << 1) | (retain ? 1 : 0),
            [.. Text(topic), .. qos > 0 ? Short(id) : [], .. Properties(version, properties), .. payload]);

    public static byte[] Subscribe(
        ProtocolVersion version, ushort id, byte[]? properties, params (string Filter, int Options)[] filters)
    {
        List<byte> payload = [];
        foreach ((string filter, int options) in filters)
        {
            payload.AddRange(Text(filter));
            payload.Add((byte)options);
        }

        return Frame(0x82, [.. Short(id), .. Properties(version, properties), .. payload]);
    }

    public static byte[] Unsubscribe(ProtocolVersion version, ushort id, string filter) =>
        Frame(0xA2, [.. Short(id), .. Properties(version, null), .. Text(filter)]);

    public static byte[] Puback(ushort id) => [0x40, 2, .. Short(id)];

    public static byte[] Pubrec(ushort id) => [0x50, 2, .. Short(id)];

    public static byte[] Pubrel(ushort id) => [0x62, 2, .. Short(id)];

    public static byte[] Pubcomp(ushort id) => [0x70, 2, .. Short(id)];

    public static byte[] Pubrec(ushort id, ReasonCode reason) => [0x50, 3, .. Short(id), (byte)reason];

    public static byte[] Disconnect(ReasonCode reason = ReasonCode.Success, byte[]? properties = null) =>
        reason == ReasonCode.Success && properties is null
            ? [0xE0, 0]
            : Frame(0xE0, [(byte)reason, .. Properties(ProtocolVersion.Mqtt5, properties)]);

    public static byte[] Auth(ReasonCode reason, string method, string? data) =>
        Frame(0xF0, [(byte)reason, .. Properties(ProtocolVersion.Mqtt5, Property.Authentication(method, data))]);

    public static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [.. Short((ushort)bytes.Length), .. bytes];
    }

    private static byte[] Short(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Properties(ProtocolVersion version, byte[]? properties) =>
        version == ProtocolVersion.Mqtt5 ? [.. Variable(properties?.Length ?? 0), .. properties ?? []] : [];

    private static byte[] Frame(int first, byte[] body) => [(byte)first, .. Variable(body.Length), .. body];

    private static byte[] Variable(int value)
    {
        byte[] bytes = new byte[4];
        return bytes[..VariableByteInteger.Write(bytes, (uint)value)];
    }
}
