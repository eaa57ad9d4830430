// MQTT packets as bytes, and packets out of a WebSocket's frames: for tests that care how bytes are framed.
using System.Net.WebSockets;
using System.Text;

namespace FastMqtt.Tests.WebSockets;

internal static class MqttBytes
{
    public static byte[] Pingreq => [0xC0, 0];

    public static byte[] Disconnect => [0xE0, 0];

    public static byte[] Connect(string identifier, int level = 4, string? will = null) => Packet(
        0x10,
        [
            .. Text("MQTT"), (byte)level, (byte)(will is null ? 2 : 6), 0, 60, .. Properties(level),
            .. Text(identifier),
            .. will is null ? [] : (byte[])[.. Properties(level), .. Text(will), .. Text("gone")],
        ]);

    public static byte[] Subscribe(string filter, int level = 4) =>
        Packet(0x82, [0, 1, .. Properties(level), .. Text(filter), 0]);

    public static byte[] Publish(string topic, byte[] payload, int level = 4) =>
        Packet(0x30, [.. Text(topic), .. Properties(level), .. payload]);

    /// <summary>Sends bytes as binary frames of this size.</summary>
    public static async Task SendAsync(this WebSocket socket, byte[] bytes, int frame = int.MaxValue)
    {
        for (int i = 0; i < bytes.Length; i += Math.Min(frame, bytes.Length))
        {
            await socket.SendAsync(
                bytes.AsMemory(i, Math.Min(frame, bytes.Length - i)),
                WebSocketMessageType.Binary,
                endOfMessage: true,
                WebSocketBroker.Cancelled);
        }
    }

    /// <summary>The next so many bytes, however they are framed; fewer when the broker closes before.</summary>
    public static async Task<byte[]> ReceiveAsync(this WebSocket socket, int count)
    {
        byte[] bytes = new byte[count];
        int received = 0;
        while (received < count)
        {
            ValueWebSocketReceiveResult result = await socket
                .ReceiveAsync(bytes.AsMemory(received), WebSocketBroker.Cancelled).AsTask()
                .WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                return bytes[..received];
            }

            Xunit.Assert.Equal(WebSocketMessageType.Binary, result.MessageType); // [MQTT-6.0.0-1]
            received += result.Count;
        }

        return bytes;
    }

    /// <summary>Connects; the CONNACK is taken and must be a success.</summary>
    public static async Task ConnectAsync(this WebSocket socket, string identifier, string? will = null)
    {
        await socket.SendAsync(Connect(identifier, will: will));
        Xunit.Assert.Equal([0x20, 2, 0, 0], await socket.ReceiveAsync(4));
    }

    public static async Task SubscribeAsync(this WebSocket socket, string filter)
    {
        await socket.SendAsync(Subscribe(filter));
        Xunit.Assert.Equal([0x90, 3, 0, 1, 0], await socket.ReceiveAsync(5));
    }

    private static byte[] Packet(int first, byte[] body)
    {
        List<byte> packet = [(byte)first];
        int length = body.Length;
        do
        {
            packet.Add((byte)((length % 128) | (length > 127 ? 0x80 : 0)));
            length /= 128;
        }
        while (length > 0);
        packet.AddRange(body);
        return [.. packet];
    }

    private static byte[] Properties(int level) => level == 5 ? [0] : [];

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
