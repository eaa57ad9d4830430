// One row of the golden table. Expected is the packet's facts as Facts renders them, or "!" and the reason code.
// A row that is not canonical is legal to read but is not what our writer makes of the same facts.
namespace FastMqtt.Protocol.Tests.Golden;

internal sealed record GoldenRow(
    int Number,
    string Name,
    string Reference,
    ProtocolVersion Version,
    string Hex,
    string Expected,
    bool IsCanonical = true)
{
    public byte[] Bytes { get; } = Convert.FromHexString(Hex);

    public bool IsHostile => Expected.StartsWith('!');
}
