// Which way a message in a client's queues goes. Numbers as in the file.

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal enum MosquittoDirection : byte
{
    /// <summary>From the client. Only QoS 2 is kept.</summary>
    In = 0,

    /// <summary>To the client.</summary>
    Out = 1,
}
