// What a client remembers of its session, and what the broker owes it.
namespace FastMqtt.Crash.Ledgers;

internal class ClientRecord
{
    public required string Name { get; init; }

    public required ProtocolVersion Version { get; init; }

    public Moment? FirstConnectAt { get; set; }

    // The first CONNACK: from here on the broker has a session of this client.
    public Moment? SessionSince { get; set; }
}
