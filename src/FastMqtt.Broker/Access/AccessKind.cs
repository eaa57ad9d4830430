// What a client may be allowed or denied.

namespace FastMqtt.Broker.Access;

/// <summary>What a client wants to do with a topic.</summary>
public enum AccessKind : byte
{
    /// <summary>Publish to a Topic Name, its Will Message included.</summary>
    Publish,

    /// <summary>Subscribe to a Topic Filter.</summary>
    Subscribe,

    /// <summary>Be given a message of a Topic Name.</summary>
    Receive,
}
