// One subscription of a mosquitto.db.

namespace FastMqtt.Broker.Persistence.Mosquitto;

/// <param name="ClientId">UTF-8, not empty.</param>
/// <param name="Filter">A legal Topic Filter; a shared one begins with $share/ and its share name.</param>
/// <param name="Options">
/// Subscription Options as in SUBSCRIBE, legal. Section 3.8.3.1. Retain Handling is 0 in files of before 2.1.
/// </param>
/// <param name="Identifier">Subscription Identifier; 0: none.</param>
internal sealed record MosquittoSubscription(byte[] ClientId, byte[] Filter, byte Options, uint Identifier);
