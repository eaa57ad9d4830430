// What a chunk of a mosquitto.db holds. Numbers as in the file.

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal enum ChunkKind : uint
{
    Configuration = 1,
    Message = 2,
    ClientMessage = 3,
    Retained = 4,
    Subscription = 5,
    Client = 6,
}
