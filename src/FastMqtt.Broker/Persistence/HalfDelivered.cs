// QoS 2 messages that some receivers had and others had not when the broker ended. A message is received, that is its
// Packet Identifier is stored, together with what its receivers get; but with several dispatchers, or on a walk,
// receivers are served by several transactions and the identifier comes last. If the broker ends in between, the
// publisher sends the message again: who has it already must not get it twice. Filled at recovery, empty soon after.

using System.Collections.Concurrent;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Persistence;

internal sealed class HalfDelivered
{
    // Row numbers of sessions, and shared groups of which some member has it.
    private readonly ConcurrentDictionary<(ulong Publisher, ushort Identifier), HashSet<object>> _sessions = new();

    public bool IsEmpty => _sessions.IsEmpty;

    /// <param name="publisher">Number of the client that published it.</param>
    /// <param name="identifier">Its Packet Identifier.</param>
    /// <param name="session">Who has it.</param>
    /// <param name="group">Through which shared subscription; null: none.</param>
    public void Add(ulong publisher, ushort identifier, long session, SharedGroup? group)
    {
        HashSet<object> sessions = _sessions.GetOrAdd((publisher, identifier), _ => []);
        lock (sessions)
        {
            sessions.Add(group is null ? session : group);
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
    public bool Has(ulong publisher, ushort identifier, long session) => Has((publisher, identifier), session);

    /// <summary>Whether a member of the group has the message.</summary>
    public bool Has(ulong publisher, ushort identifier, SharedGroup group) => Has((publisher, identifier), group);

    private bool Has((ulong Publisher, ushort Identifier) message, object receiver)
    {
        if (!_sessions.TryGetValue(message, out HashSet<object>? sessions))
        {
            return false;
        }

        lock (sessions)
        {
            return sessions.Contains(receiver);
        }
    }
}
