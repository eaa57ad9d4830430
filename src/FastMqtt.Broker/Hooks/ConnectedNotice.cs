// A client is in, as hooks are told. Made by ConnectHandler.

namespace FastMqtt.Broker.Hooks;

/// <summary>A client is in.</summary>
public readonly struct ConnectedNotice
{
    /// <summary>Its connection.</summary>
    public required ClientConnection Client { get; init; }

    /// <summary>Whether it goes on with a session that was there.</summary>
    public required bool SessionPresent { get; init; }
}
