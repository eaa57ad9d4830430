// The three versions of the protocol, by the level byte of their CONNECT.
// Decided once per connection by ConnectPacket.Read and handed to every other reader and writer.
namespace FastMqtt.Protocol;

public enum ProtocolVersion : byte
{
    Mqtt31 = 3,
    Mqtt311 = 4,
    Mqtt5 = 5,
}
