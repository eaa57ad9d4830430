// Packets as bytes, for RawClient. MQTT 3.1.1 unless the name says otherwise.

using System.Text;

namespace FastMqtt.Embedding.Tests.Harness;

internal static class Bytes
{
    private const byte CleanSession = 0x02;

    public static readonly byte[] Connack = [0x20, 2, 0, 0];

    public static readonly byte[] Pingreq = [0xC0, 0];

    public static readonly byte[] Pingresp = [0xD0, 0];

    public static byte[] Connect(string clientId, byte flags = CleanSession, params string[] credentials) =>
        Packet(0x10, [.. Text("MQTT"), 4, flags, 0, 0, .. Text(clientId), .. credentials.SelectMany(Text)]);

    public static byte[] ConnectOf5(string clientId, byte keepAliveSeconds) =>
        Packet(0x10, [.. Text("MQTT"), 5, CleanSession, 0, keepAliveSeconds, 0, .. Text(clientId)]);

    public static byte[] Subscribe(string filter) => Packet(0x82, [0, 1, .. Text(filter), 0]);

    /// <summary>QoS 0.</summary>
    public static byte[] Publish(string topic, string payload) =>
        Packet(0x30, [.. Text(topic), .. Encoding.UTF8.GetBytes(payload)]);

    private static byte[] Packet(byte first, byte[] rest)
    {
        Assert.InRange(rest.Length, 0, 127);
        return [first, (byte)rest.Length, .. rest];
    }

    private static byte[] Text(string text) => [0, (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
}
