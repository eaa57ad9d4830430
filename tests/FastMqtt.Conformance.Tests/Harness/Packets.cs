// Client packets by hand for 3.1 (version 3), 3.1.1 (4) and 5.0 (5). Properties go on the wire in 5.0 only.

using System.Text;

namespace FastMqtt.Conformance.Tests.Harness;

internal static class Packets
{
    public static readonly byte[] Pingreq = [0xC0, 0x00];
    public static readonly byte[] Pingresp = [0xD0, 0x00];

    public static byte[] Connect(
        int version,
        string clientId,
        bool clean = true,
        int keepAlive = 60,
        byte[]? properties = null,
        Will? will = null,
        string? userName = null,
        string? password = null)
    {
        int flags = clean ? 0x02 : 0;
        var payload = new List<byte>(Wire.Text(clientId));
        if (will is not null)
        {
            flags |= 0x04 | (will.QoS << 3) | (will.Retain ? 0x20 : 0);
            payload.AddRange(Properties(version, will.Properties));
            payload.AddRange(Wire.Text(will.Topic));
            payload.AddRange(Wire.Text(will.Payload));
        }

        if (userName is not null)
        {
            flags |= 0x80;
            payload.AddRange(Wire.Text(userName));
        }

        if (password is not null)
        {
            flags |= 0x40;
            payload.AddRange(Wire.Text(password));
        }

        return ConnectRaw(version, flags, keepAlive, properties, [.. payload]);
    }

    // Flags and payload as given: for the CONNECT packets no client should send.
    public static byte[] ConnectRaw(int version, int flags, int keepAlive, byte[]? properties, params byte[] payload) =>
        Wire.Frame(
            0x10,
            Wire.Text(version == 3 ? "MQIsdp" : "MQTT"),
            [(byte)version, (byte)flags],
            Wire.Short(keepAlive),
            Properties(version, properties),
            payload);

    public static byte[] Publish(
        int version,
        string topic,
        string payload = "x",
        int qos = 0,
        int id = 0,
        bool retain = false,
        bool duplicate = false,
        byte[]? properties = null) =>
        PublishRaw(version, topic, Encoding.UTF8.GetBytes(payload), qos, id, retain, duplicate, properties);

    public static byte[] PublishRaw(
        int version,
        string topic,
        byte[] payload,
        int qos = 0,
        int id = 0,
        bool retain = false,
        bool duplicate = false,
        byte[]? properties = null) =>
        Wire.Frame(
            0x30 | (duplicate ? 8 : 0) | (qos << 1) | (retain ? 1 : 0),
            Wire.Text(topic),
            qos > 0 ? Wire.Short(id) : [],
            Properties(version, properties),
            payload);

    public static byte[] Puback(int id) => Wire.Frame(0x40, Wire.Short(id));

    public static byte[] Pubrec(int id) => Wire.Frame(0x50, Wire.Short(id));

    public static byte[] Pubrel(int id) => Wire.Frame(0x62, Wire.Short(id));

    public static byte[] Pubcomp(int id) => Wire.Frame(0x70, Wire.Short(id));

    public static byte[] Subscribe(int version, int id, params (string Filter, int Options)[] filters) =>
        Subscribe(version, id, null, filters);

    public static byte[] Subscribe(
        int version, int id, byte[]? properties, params (string Filter, int Options)[] filters)
    {
        var payload = new List<byte>();
        foreach ((string filter, int options) in filters)
        {
            payload.AddRange(Wire.Text(filter));
            payload.Add((byte)options);
        }

        return Wire.Frame(0x82, Wire.Short(id), Properties(version, properties), [.. payload]);
    }

    public static byte[] Unsubscribe(int version, int id, params string[] filters)
    {
        var payload = new List<byte>();
        foreach (string filter in filters)
        {
            payload.AddRange(Wire.Text(filter));
        }

        return Wire.Frame(0xA2, Wire.Short(id), Properties(version, null), [.. payload]);
    }

    public static byte[] Disconnect(int reason = 0, byte[]? properties = null) =>
        reason == 0 && properties is null
            ? [0xE0, 0x00]
            : Wire.Frame(0xE0, [(byte)reason], Properties(5, properties));

    private static byte[] Properties(int version, byte[]? properties) =>
        version < 5 ? [] : [.. Wire.Variable(properties?.Length ?? 0), .. properties ?? []];
}
