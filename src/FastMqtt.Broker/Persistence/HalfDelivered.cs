// QoS 2 messages that some receivers had and others had not when the broker ended. A message is received, that is its
// Packet Identifier is stored, together with what its receivers get; but with several dispatchers, or on a walk,
// receivers are served by several transactions and the identifier comes last. If the broker ends in between, the
// publisher sends the message again: who has it already must not get it twice. Filled at recovery, empty soon after.

using System.Collections.Concurrent;

namespace FastMqtt.Broker.Persistence;

internal sealed class HalfDelivered
{
    private readonly ConcurrentDictionary<(ulong Publisher, ushort Identifier), HashSet<long>> _sessions = new();

    public bool IsEmpty => _sessions.IsEmpty;

    public void Add(ulong publisher, ushort identifier, long session)
    {
        HashSet<long> sessions = _sessions.GetOrAdd((publisher, identifier), _ => []);
        lock (sessions)
        {
            sessions.Add(session);
        }
    }

    /// <summary>It was received, or its publisher uses the identifier for something else.</summary>
    public void Remove(ulong publisher, ushort identifier) => _sessions.TryRemove((publisher, identifier), out _);

    /// <summary>Forgets what nobody will publish again: its publisher's session is gone.</summary>
    public void Keep(IEnumerable<ulong> publishers)
    {
        var known = new HashSet<ulong>(publishers);
        foreach ((ulong Publisher, ushort Identifier) key in _sessions.Keys)
        {
            if (!known.Contains(key.Publisher))
            {
                _sessions.TryRemove(key, out _);
            }
        }
    }

    /// <summary>Whether the session has the message.</summary>
    public bool Has(ulong publisher, ushort identifier, long session)
    {
        if (!_sessions.TryGetValue((publisher, identifier), out HashSet<long>? sessions))
        {
            return false;
        }

        lock (sessions)
        {
            return sessions.Contains(session);
        }
    }
}
