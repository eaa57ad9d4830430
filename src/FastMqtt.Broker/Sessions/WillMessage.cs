// A Will Message as CONNECT gave it. Owns one reference on its publication until it is published or deleted.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Sessions;

/// <param name="Publication">Topic, payload, properties to forward, QoS and RETAIN.</param>
/// <param name="DelaySeconds">Will Delay Interval.</param>
/// <param name="ExpirySeconds">Message Expiry Interval; null: none. Starts when it is published.</param>
internal sealed record WillMessage(Publication Publication, uint DelaySeconds, uint? ExpirySeconds)
{
    /// <summary>
    /// When it is published, in milliseconds; <see cref="long.MaxValue"/> while the client is connected.
    /// </summary>
    public long DueAtMilliseconds { get; set; } = long.MaxValue;
}
