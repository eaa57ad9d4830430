// What a publisher's Packet Identifier waits for.
namespace FastMqtt.Bench.Engine;

internal enum AcknowledgementState : byte
{
    Free,
    Puback,
    Pubrec,
    Pubcomp,
}
