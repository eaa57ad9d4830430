// One session of a mosquitto.db.

namespace FastMqtt.Broker.Persistence.Mosquitto;

/// <param name="ClientId">UTF-8, not empty.</param>
/// <param name="UserName">
/// Null: none, or a file of version 5. Mosquitto before 2.0.16 writes for a client without user name what is left of
/// the client before it: bytes that are no text (null here), or, for the second such client in a row, the true name
/// of that other client, which nothing tells from a name of its own.
/// </param>
/// <param name="SessionExpiryTime">
/// When the session ends, seconds since 1970, UTC; 0: not known. It is 0 for a session that never ends, and before
/// 2.0.15 for a client that was connected when the file was written: count <paramref name="SessionExpiryInterval"/>
/// from the file's time then.
/// </param>
/// <param name="SessionExpiryInterval">
/// Seconds; <see cref="uint.MaxValue"/>: never ends, as that of every 3.1.1 client. 0: ended with its connection.
/// </param>
/// <param name="LastPacketIdentifier">The last one that was given to a message to this client; 0: none.</param>
/// <param name="ListenerPort">Port of the listener it came in by; 0: not known.</param>
internal sealed record MosquittoClient(
    byte[] ClientId,
    string? UserName,
    long SessionExpiryTime,
    uint SessionExpiryInterval,
    ushort LastPacketIdentifier,
    ushort ListenerPort);
