// What an import of a database of Mosquitto has brought into a store.

namespace FastMqtt.Broker.Persistence;

/// <summary>What an import has brought into a store.</summary>
/// <param name="Sessions">Sessions.</param>
/// <param name="Subscriptions">Subscriptions of all sessions.</param>
/// <param name="Retained">Retained messages.</param>
/// <param name="Queued">Messages that wait in sessions.</param>
/// <param name="Incomplete">Why it is not everything that the database had; null: it is.</param>
public sealed record StoreImport(int Sessions, int Subscriptions, int Retained, int Queued, string? Incomplete);
