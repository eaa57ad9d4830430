// PINGREQ: the client asks whether the server is there. The same two bytes in every version.
// Holds no fields; Frame is all a sender needs.
namespace FastMqtt.Protocol;

public readonly ref struct PingreqPacket
{
    public static ReadOnlySpan<byte> Frame => [0xC0, 0x00];

    public static ReasonCode Read(
        FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out PingreqPacket packet)
    {
        packet = default;
        bool isEmpty = header.Type == PacketType.Pingreq && body.IsEmpty;
        return isEmpty ? ReasonCode.Success : ReasonCode.MalformedPacket;
    }

    public int Measure(ProtocolVersion version) => Frame.Length;

    public int Write(ProtocolVersion version, Span<byte> destination)
    {
        Frame.CopyTo(destination);
        return Frame.Length;
    }
}
