// The fixed header of one frame: the first byte, its own size, and the size of what follows.
// Made by FrameDecoder; taken by every packet reader. A fact, not a view: it holds no bytes of the input.
namespace FastMqtt.Protocol;

public readonly record struct FixedHeader
{
    // One word: it is passed in a register. As a byte and two integers it was stored in parts and loaded whole, which
    // the processor cannot forward: some 5 ns for every packet.
    private const int LengthShift = 32;
    private const int FirstShift = 40;
    private readonly ulong _word;

    public FixedHeader(byte first, int headerLength, int remainingLength) =>
        _word = ((ulong)first << FirstShift) | ((ulong)(byte)headerLength << LengthShift) | (uint)remainingLength;

    public byte First => (byte)(_word >> FirstShift);

    public int HeaderLength => (byte)(_word >> LengthShift);

    public int RemainingLength
    {
        get => (int)_word;
        init => _word = (_word & ~(ulong)uint.MaxValue) | (uint)value;
    }

    public PacketType Type => (PacketType)(First >> 4);

    public byte Flags => (byte)(First & 0x0F);

    public int TotalLength => HeaderLength + RemainingLength;

    // Size of a whole frame whose variable header and payload take remainingLength bytes.
    public static int MeasureFrame(int remainingLength) =>
        1 + VariableByteInteger.Measure((uint)remainingLength) + remainingLength;
}
