// Finds the first frame of the input: its type, flags and size. Looks at no more than the first five bytes.
// Holds no state, copies nothing, and judges by the first byte as soon as it is there and by the length as soon as
// it is known, so that a hostile size costs nothing. Called by the dispatcher for each frame of a receive.
namespace FastMqtt.Protocol;

public static class FrameDecoder
{
    // Flags by type; PUBLISH uses all four bits, which its reader judges. Nothing equals the 0xFF of reserved type 0.
    private static ReadOnlySpan<byte> RequiredFlags => [0xFF, 0, 0, 0, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, 0];

    // Complete: input[..header.TotalLength] is the frame. Incomplete: header.TotalLength is the frame's size when it is
    // known, else 0. Malformed: error says why. maximumPacketSize counts the whole frame; int.MaxValue is no limit.
    // The version loosens two rules for old clients (see below); without it the strict ones of 5.0 hold.
    public static FrameResult TryRead(
        ReadOnlySpan<byte> input,
        int maximumPacketSize,
        out FixedHeader header,
        out ReasonCode error,
        ProtocolVersion version = ProtocolVersion.Mqtt5)
    {
        header = default;
        error = ReasonCode.Success;
        if (input.IsEmpty)
        {
            return FrameResult.Incomplete;
        }

        byte first = input[0];
        int type = first >> 4;
        bool hasLegalFlags = type == (int)PacketType.Publish || RequiredFlags[type] == (first & 0x0F);
        if (!hasLegalFlags && !IsRedelivery(first, version))
        {
            error = ReasonCode.MalformedPacket; // [MQTT-2.1.3-1] [MQTT3-2.2.2-2] [MQTT-3.6.1-1] [MQTT-3.8.1-1]
            return FrameResult.Malformed; // [MQTT-3.10.1-1] [MQTT-3.14.1-1] [MQTT-3.15.1-1]
        }

        FrameResult result = ReadLength(input[1..], version, out uint remaining, out int lengthBytes);
        if (result != FrameResult.Complete)
        {
            error = result == FrameResult.Malformed ? ReasonCode.MalformedPacket : ReasonCode.Success;
            return result;
        }

        header = new FixedHeader(first, 1 + lengthBytes, (int)remaining);
        if (header.TotalLength > maximumPacketSize)
        {
            error = ReasonCode.PacketTooLarge;
            return FrameResult.Malformed;
        }

        return header.TotalLength <= input.Length ? FrameResult.Complete : FrameResult.Incomplete;
    }

    private static FrameResult ReadLength(
        ReadOnlySpan<byte> input, ProtocolVersion version, out uint value, out int length)
    {
        if (!input.IsEmpty && input[0] < 0x80)
        {
            value = input[0];
            length = 1;
            return FrameResult.Complete;
        }

        return version == ProtocolVersion.Mqtt5
            ? VariableByteInteger.TryRead(input, out value, out length)
            : VariableByteInteger.TryReadPadded(input, out value, out length);
    }

    // 3.1 lets a client repeat PUBREL, SUBSCRIBE and UNSUBSCRIBE with DUP set; later versions reserve that bit.
    private static bool IsRedelivery(byte first, ProtocolVersion version) =>
        version == ProtocolVersion.Mqtt31 && first is 0x6A or 0x8A or 0xAA;
}
