// The delivery promise of a message or subscription, by its number on the wire.
// The value 3 exists only in malformed packets and never leaves a reader.
namespace FastMqtt.Protocol;

public enum QualityOfService : byte
{
    AtMostOnce,
    AtLeastOnce,
    ExactlyOnce,
}
