// How one message goes to one session: the outcome of its matching subscriptions. Stored with queued and in-flight
// messages, so that a redelivery is the same packet again.

using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Sessions;

/// <param name="QoS">Granted or published Quality of Service, the lower one.</param>
/// <param name="Retain">RETAIN flag of the packet.</param>
/// <param name="SubscriptionIdentifier">0 for none.</param>
/// <param name="Origin">
/// Null; or the identifiers (<c>uint[]</c>) when several overlapping subscriptions had one; or the shared
/// <see cref="Subscription"/> it came through, to which it goes back when this session leaves without acknowledging it.
/// </param>
internal readonly record struct Delivery(
    QualityOfService QoS, bool Retain, uint SubscriptionIdentifier, object? Origin);
