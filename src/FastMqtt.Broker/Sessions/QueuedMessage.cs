// A message waiting in a session's queue. Owns one reference on its publication.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;

namespace FastMqtt.Broker.Sessions;

internal readonly record struct QueuedMessage(
    Publication Publication, Delivery Delivery, StoredMessage Stored = default);
