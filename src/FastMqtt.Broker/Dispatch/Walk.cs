// One fan-out that takes several ticks: the messages, and the chains whose subscribers get them. Before it begins it
// takes further messages of the same client for the same chains, so that what came in one read leaves in one send.
// Owns one reference of each publication. Made and reused by Walks.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Walk
{
    /// <summary>Bytes of all messages of a walk: half of an output chunk, as much as a burst.</summary>
    public const int BytesMax = 32 << 10;

    /// <summary>Messages of a walk.</summary>
    private const int CountMax = 1 << 10;

    private readonly List<WalkItem> _items = [];
    private readonly MatchResult _match = new();

    /// <summary>
    /// The connection the messages came on, which is not read meanwhile; null for wills, $SYS, and the inbox.
    /// </summary>
    public Client? Client { get; private set; }

    /// <summary>Number of the session that published; 0: the broker itself.</summary>
    public ulong Publisher { get; private set; }

    public int Bytes { get; private set; }

    /// <summary>Bytes that count as waiting in the inbox until the walk ends.</summary>
    public long InboxBytes { get; private set; }

    public bool HasBegun { get; set; }

    /// <summary>What was promised that waits for its end; null: nothing.</summary>
    public List<long>? Pledges { get; set; }

    /// <summary>Keeps in the log what its receivers have got, until that is known elsewhere.</summary>
    public LogPin? Pin { get; set; }

    public List<WalkItem> Items => _items;

    public MatchResult Match => _match;

    public void Open(MatchResult match, Client? client, ulong publisher)
    {
        _match.CopyFrom(match);
        Client = client;
        Publisher = publisher;
    }

    /// <summary>Whether a message would be one of this walk.</summary>
    public bool Takes(MatchResult match, ulong publisher, int bytes) =>
        !HasBegun
        && Publisher == publisher
        && _items.Count < CountMax
        && Bytes + bytes <= BytesMax
        && _match.HasSameChains(match);

    public void Add(in WalkItem item, long inboxBytes)
    {
        _items.Add(item);
        Bytes += item.Publication.Bytes;
        InboxBytes += inboxBytes;
    }

    public void Clear()
    {
        _items.Clear();
        _match.Forget();
        Client = null;
        HasBegun = false;
        Bytes = 0;
        InboxBytes = 0;
    }
}
