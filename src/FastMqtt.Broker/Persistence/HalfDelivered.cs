// QoS 2 messages that some receivers had and others had not when the broker ended. A message is received, that is its
// Packet Identifier is stored, together with what its receivers get; but with several dispatchers, or on a walk,
// receivers are served by several transactions and the identifier comes last. If the broker ends in between, the
// publisher sends the message again: who has it already must not get it twice. Found at recovery, empty soon after.
//
// Each message has an entry of the log of its own, which is deleted in the transaction that stores its identifier: the
// next start must not take the next message with that identifier for this one.

using System.Collections.Concurrent;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Persistence;

internal sealed class HalfDelivered
{
    private readonly ConcurrentDictionary<(ulong Publisher, ushort Identifier), Receivers> _messages = new();

    public bool IsEmpty => _messages.IsEmpty;

    public ICollection<KeyValuePair<(ulong Publisher, ushort Identifier), Receivers>> All => _messages;

    /// <param name="publisher">Number of the client that published it.</param>
    /// <param name="identifier">Its Packet Identifier.</param>
    /// <param name="session">Who has it.</param>
    /// <param name="group">Through which shared subscription; null: none.</param>
    public void Add(ulong publisher, ushort identifier, long session, SharedGroup? group)
    {
        Receivers receivers = _messages.GetOrAdd((publisher, identifier), _ => new Receivers());
        lock (receivers)
        {
            if (group is null)
            {
                receivers.Sessions.Add(session);
            }
            else
            {
                receivers.Groups.Add((session, group));
            }
        }
    }

    /// <summary>It was received, or its publisher uses the identifier for something else.</summary>
    /// <returns>The entry of the log that is not needed any more; 0: none.</returns>
    public long Remove(ulong publisher, ushort identifier) =>
        _messages.TryRemove((publisher, identifier), out Receivers? receivers) ? receivers.LogId : 0;

    /// <summary>Forgets what nobody will publish again: its publisher's session is gone.</summary>
    public void Keep(IEnumerable<ulong> publishers)
    {
        var known = new HashSet<ulong>(publishers);
        foreach ((ulong Publisher, ushort Identifier) key in _messages.Keys)
        {
            if (!known.Contains(key.Publisher))
            {
                _messages.TryRemove(key, out _);
            }
        }
    }

    /// <summary>Whether the session has the message.</summary>
    public bool Has(ulong publisher, ushort identifier, long session)
    {
        if (!_messages.TryGetValue((publisher, identifier), out Receivers? receivers))
        {
            return false;
        }

        lock (receivers)
        {
            return receivers.Sessions.Contains(session);
        }
    }

    /// <summary>Whether a member of the group has the message.</summary>
    public bool Has(ulong publisher, ushort identifier, SharedGroup group)
    {
        if (!_messages.TryGetValue((publisher, identifier), out Receivers? receivers))
        {
            return false;
        }

        lock (receivers)
        {
            return receivers.Groups.Exists(one => one.Group == group);
        }
    }

    internal sealed class Receivers
    {
        /// <summary>Its entry in the log; 0: none yet.</summary>
        public long LogId { get; set; }

        public HashSet<long> Sessions { get; } = [];

        public List<(long Session, SharedGroup Group)> Groups { get; } = [];
    }
}
