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
    private readonly ConcurrentDictionary<(long Session, ushort Identifier), Receivers> _messages = new();

    /// <summary>What the log says was received, the last of each identifier; only while it is read.</summary>
    private readonly Dictionary<(long Session, ushort Identifier), long> _received = [];

    public bool IsEmpty => _messages.IsEmpty;

    public ICollection<Receivers> All => _messages.Values;

    /// <summary>The log tells of a receiver. What is received is over, also if the log has told that before.</summary>
    /// <param name="exchange">Which message; an older one with its identifier is over.</param>
    /// <param name="session">Who has it.</param>
    /// <param name="group">Through which shared subscription; null: none.</param>
    public void Add(Exchange exchange, long session, SharedGroup? group)
    {
        if (exchange.Number <= _received.GetValueOrDefault(KeyOf(exchange)))
        {
            return;
        }

        Receivers receivers = _messages.GetOrAdd(KeyOf(exchange), _ => new Receivers { Exchange = exchange });
        if (exchange.Number < receivers.Exchange.Number)
        {
            return;
        }

        if (exchange.Number > receivers.Exchange.Number)
        {
            receivers = _messages[KeyOf(exchange)] = new Receivers { Exchange = exchange };
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

    /// <summary>The log tells that it was received, and so everything before it with its identifier.</summary>
    public void Resolve(Exchange exchange)
    {
        (long, ushort) key = KeyOf(exchange);
        _received[key] = Math.Max(_received.GetValueOrDefault(key), exchange.Number);
        if (_messages.TryGetValue(key, out Receivers? receivers) && receivers.Exchange.Number <= exchange.Number)
        {
            _messages.TryRemove(key, out _);
        }
    }

    /// <summary>The log is read. Forgets what nobody will publish again.</summary>
    public void Keep(Func<Exchange, bool> isOpen)
    {
        _received.Clear();
        foreach (Receivers receivers in All)
        {
            if (!isOpen(receivers.Exchange))
            {
                _messages.TryRemove(KeyOf(receivers.Exchange), out _);
            }
        }
    }

    /// <summary>It was received, or its publisher uses the identifier for something else.</summary>
    /// <returns>The entry of the log that is not needed any more; 0: none.</returns>
    public long Remove(long publisher, ushort identifier) =>
        _messages.TryRemove((publisher, identifier), out Receivers? receivers) ? receivers.LogId : 0;

    /// <summary>The exchange that was begun with an identifier and not ended; none: there is no such.</summary>
    public Exchange Find(long publisher, ushort identifier) =>
        _messages.TryGetValue((publisher, identifier), out Receivers? receivers) ? receivers.Exchange : default;

    /// <summary>Whether the session has the message.</summary>
    public bool Has(Exchange exchange, long session) =>
        Find(exchange) is { } receivers && receivers.Sessions.Contains(session);

    /// <summary>Whether a member of the group has the message.</summary>
    public bool Has(Exchange exchange, SharedGroup group) =>
        Find(exchange) is { } receivers && receivers.Groups.Exists(one => one.Group == group);

    private Receivers? Find(Exchange exchange) =>
        _messages.TryGetValue(KeyOf(exchange), out Receivers? receivers) && receivers.Exchange == exchange
            ? receivers
            : null;

    private static (long Session, ushort Identifier) KeyOf(Exchange exchange) =>
        (exchange.Session, exchange.PacketIdentifier);

    /// <summary>Who has one of them. Filled at recovery, before the dispatchers run; they only read it.</summary>
    internal sealed class Receivers
    {
        public required Exchange Exchange { get; init; }

        /// <summary>Its entry in the log; 0: none yet.</summary>
        public long LogId { get; set; }

        public HashSet<long> Sessions { get; } = [];

        public List<(long Session, SharedGroup Group)> Groups { get; } = [];
    }
}
