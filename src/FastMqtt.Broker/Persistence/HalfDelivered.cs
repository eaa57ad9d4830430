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
    /// <param name="exchange">Which one; an older one with its identifier is over.</param>
    /// <param name="session">Who has it.</param>
    /// <param name="group">Through which shared subscription; null: none.</param>
    public void Add(ulong publisher, Exchange exchange, long session, SharedGroup? group)
    {
        Receivers receivers = _messages.GetOrAdd((publisher, exchange.PacketIdentifier), _ => new Receivers());
        lock (receivers)
        {
            if (exchange.Number < receivers.Exchange.Number)
            {
                return;
            }

            if (exchange.Number > receivers.Exchange.Number)
            {
                receivers.Sessions.Clear();
                receivers.Groups.Clear();
                receivers.Exchange = exchange;
            }

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

    /// <summary>It was received, as far as this exchange or one after it.</summary>
    public void Resolve(ulong publisher, Exchange exchange)
    {
        (ulong, ushort) key = (publisher, exchange.PacketIdentifier);
        if (_messages.TryGetValue(key, out Receivers? receivers) && receivers.Exchange.Number <= exchange.Number)
        {
            _messages.TryRemove(key, out _);
        }
    }

    /// <summary>Forgets what nobody will publish again.</summary>
    public void Keep(Func<ulong, Exchange, bool> isOpen)
    {
        foreach (((ulong publisher, ushort identifier), Receivers receivers) in _messages)
        {
            if (!isOpen(publisher, receivers.Exchange))
            {
                _messages.TryRemove((publisher, identifier), out _);
            }
        }
    }

    /// <summary>The exchange that was begun with an identifier and not ended; none: there is no such.</summary>
    public Exchange Find(ulong publisher, ushort identifier) =>
        _messages.TryGetValue((publisher, identifier), out Receivers? receivers) ? receivers.Exchange : default;

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
        public Exchange Exchange { get; set; }

        /// <summary>Its entry in the log; 0: none yet.</summary>
        public long LogId { get; set; }

        public HashSet<long> Sessions { get; } = [];

        public List<(long Session, SharedGroup Group)> Groups { get; } = [];
    }
}
