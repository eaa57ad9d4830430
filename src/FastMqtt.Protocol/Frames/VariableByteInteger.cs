// Variable Byte Integer: seven bits to a byte, least significant first, at most four bytes.
// Owns the encoding for the remaining length, property lengths and Subscription Identifiers.
// Must never read a fifth byte: a fourth one that announces another is malformed on sight.
namespace FastMqtt.Protocol;

public static class VariableByteInteger
{
    public const uint MaximumValue = 268_435_455;

    private const int LengthMax = 4;

    public static int Measure(uint value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };

    // Returns the number of bytes written: Measure(value). The value is at most MaximumValue.
    public static int Write(Span<byte> destination, uint value)
    {
        System.Diagnostics.Debug.Assert(value <= MaximumValue);
        int length = 0;
        while (value >= 0x80)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }

    // Only the shortest form of a value is accepted, as 5.0 requires.
    public static FrameResult TryRead(ReadOnlySpan<byte> input, out uint value, out int length)
    {
        FrameResult result = TryReadPadded(input, out value, out length);
        bool isMinimal = length == Measure(value); // [MQTT-1.5.5-1]
        return result == FrameResult.Complete && !isMinimal ? FrameResult.Malformed : result;
    }

    // Also accepts a value padded with empty groups: 3.1 and 3.1.1 do not forbid it for the remaining length.
    public static FrameResult TryReadPadded(ReadOnlySpan<byte> input, out uint value, out int length)
    {
        value = 0;
        length = 0;
        while (length < input.Length)
        {
            byte group = input[length];
            value |= (uint)(group & 0x7F) << (7 * length);
            length++;
            if (group < 0x80)
            {
                return FrameResult.Complete;
            }

            if (length == LengthMax)
            {
                return FrameResult.Malformed;
            }
        }

        return FrameResult.Incomplete;
    }
}
