// What the broker has and has done, as the host shows it. A snapshot: figures, not accounts.

namespace FastMqtt.Broker.Diagnostics;

/// <summary>What the broker has and has done since its start.</summary>
/// <param name="Connected">Connected clients.</param>
/// <param name="Sessions">Sessions, with or without a connection.</param>
/// <param name="Subscriptions">Subscriptions of all sessions.</param>
/// <param name="Retained">Retained messages.</param>
/// <param name="RetainedBytes">Bytes of retained messages.</param>
/// <param name="Received">Application messages received.</param>
/// <param name="Sent">Application messages sent.</param>
/// <param name="Dropped">Application messages dropped, for any reason.</param>
public sealed record BrokerFigures(
    long Connected,
    long Sessions,
    long Subscriptions,
    long Retained,
    long RetainedBytes,
    long Received,
    long Sent,
    long Dropped);
