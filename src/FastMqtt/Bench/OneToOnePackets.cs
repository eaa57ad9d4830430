// The packets around the messages of `bench 1x1`: MQTT 3.1.1, clean session. Written out here, not taken from the
// broker's codec, so that the benchmark stays an independent witness.
using System.Buffers.Binary;
using System.Text;

namespace FastMqtt.Bench;

internal static class OneToOnePackets
{
    public static ReadOnlySpan<byte> Connack => [0x20, 2, 0, 0];

    public static ReadOnlySpan<byte> Suback => [0x90, 3, 0, 1, 0];

    public static byte[] Connect(string clientIdentifier)
    {
        byte[] identifier = Encoding.ASCII.GetBytes(clientIdentifier);
        byte[] packet =
        [
            0x10, (byte)(12 + identifier.Length),
            0, 4, .. "MQTT"u8,
            4,                  // protocol level: 3.1.1
            0b0000_0010,        // clean session
            0, 60,              // keep alive, seconds
            0, (byte)identifier.Length, .. identifier,
        ];
        return packet;
    }

    public static byte[] Subscribe(ReadOnlySpan<byte> topic)
    {
        byte[] packet = [0x82, (byte)(5 + topic.Length), 0, 1, 0, 0, .. topic, 0];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)topic.Length);
        return packet;
    }
}
