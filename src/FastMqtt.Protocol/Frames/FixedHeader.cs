// The fixed header of one frame: the first byte, its own size, and the size of what follows.
// Made by FrameDecoder; taken by every packet reader. A fact, not a view: it holds no bytes of the input.
namespace FastMqtt.Protocol;

public readonly record struct FixedHeader(byte First, int HeaderLength, int RemainingLength)
{
    public PacketType Type => (PacketType)(First >> 4);

    public byte Flags => (byte)(First & 0x0F);

    public int TotalLength => HeaderLength + RemainingLength;

    // Size of a whole frame whose variable header and payload take remainingLength bytes.
    public static int MeasureFrame(int remainingLength) =>
        1 + VariableByteInteger.Measure((uint)remainingLength) + remainingLength;
}
