// One control packet as it came from the broker. Checks only that its length is whole; what it means is read by the
// views (Delivery, Acknowledgement, Connack) and compared by the tests.

namespace FastMqtt.Conformance.Tests.Harness;

internal sealed class Received(byte[] bytes, int headerLength)
{
    public byte[] Bytes { get; } = bytes;

    public byte[] Body { get; } = bytes[headerLength..];

    public int Type => Bytes[0] >> 4;

    public int Flags => Bytes[0] & 0x0F;

    public int Identifier => (Body[0] << 8) | Body[1];

    public override string ToString() =>
        Bytes.Length <= 80 ? Convert.ToHexString(Bytes) : $"{Convert.ToHexString(Bytes[..80])}… ({Bytes.Length} bytes)";
}
