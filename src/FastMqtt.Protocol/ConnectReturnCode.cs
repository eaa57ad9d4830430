// CONNACK codes of 3.1 and 3.1.1. Version 5.0 has ReasonCode instead.
// Stand in the same byte as a ReasonCode does; ConnackPacket carries them as such.
namespace FastMqtt.Protocol;

public enum ConnectReturnCode : byte
{
    Accepted,
    UnacceptableProtocolVersion,
    IdentifierRejected,
    ServerUnavailable,
    BadUserNameOrPassword,
    NotAuthorized,
}
