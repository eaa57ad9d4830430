// The sessions of one dispatcher by Client Identifier. Not shared: a session lives where its identifier hashes to.
//
// Open addressing with references only: the place follows from Session.Number, the keyed hash of the identifier that
// each session carries anyway, so a session costs 11 to 16 bytes here and no entry of its own. Half to three quarters
// full; growth is by half, so that little is left to the collector; removal closes the gap, so there are no tombstones.

using System.Diagnostics.CodeAnalysis;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Sessions;

internal sealed class SessionDirectory(BrokerState shared)
{
    private const int CapacityMin = 16;

    private Session?[] _slots = new Session?[CapacityMin];

    public int Count { get; private set; }

    /// <summary>The dispatcher a Client Identifier belongs to. The same on every dispatcher of the process.</summary>
    public static int OwnerOf(ReadOnlySpan<byte> clientIdentifier, int dispatchers)
    {
        if (dispatchers == 1)
        {
            return 0;
        }

        HashCode hash = default; // seeded per process
        hash.AddBytes(clientIdentifier);
        return (int)((uint)hash.ToHashCode() % (uint)dispatchers);
    }

    public bool TryFind(ReadOnlySpan<byte> clientIdentifier, [MaybeNullWhen(false)] out Session session)
    {
        ulong number = shared.NumberOf(clientIdentifier);
        for (int i = Home(number); _slots[i] is { } found; i = Next(i))
        {
            if (found.Number == number && clientIdentifier.SequenceEqual(found.ClientIdentifier))
            {
                session = found;
                return true;
            }
        }

        session = null;
        return false;
    }

    /// <summary>
    /// The sessions whose numbers follow one, in their order: a piece of a walk through all of them that may go on
    /// later, whatever comes and goes in between. See HashOrder.
    /// </summary>
    public ulong Take(ulong afterNumber, int slotsMax, List<(ulong Number, Session Session)> taken) =>
        HashOrder.Take(_slots, static session => session.Number, afterNumber, slotsMax, taken);

    /// <summary>Its identifier must not be there yet.</summary>
    public void Add(Session session)
    {
        if ((Count + 1) * 4L > _slots.Length * 3L)
        {
            Rebuild();
        }

        Insert(session);
        Count++;
    }

    public void Remove(Session session)
    {
        int gap = Home(session.Number);
        while (!ReferenceEquals(_slots[gap], session))
        {
            gap = Next(gap);
        }

        CloseGap(gap);
        Count--;
        if (_slots.Length > CapacityMin && Count * 4L < _slots.Length)
        {
            Rebuild();
        }
    }

    private int Home(ulong number) => HashOrder.Home(number, _slots.Length);

    private int Next(int i) => i + 1 == _slots.Length ? 0 : i + 1;

    private void Insert(Session session)
    {
        int i = Home(session.Number);
        while (_slots[i] is not null)
        {
            i = Next(i);
        }

        _slots[i] = session;
    }

    // Moves back each follower that may lie at the gap: one whose home is not between the gap and itself.
    private void CloseGap(int gap)
    {
        _slots[gap] = null;
        for (int i = Next(gap); _slots[i] is { } follower; i = Next(i))
        {
            int home = Home(follower.Number);
            bool staysReachable = gap < i ? home > gap && home <= i : home > gap || home <= i;
            if (!staysReachable)
            {
                _slots[gap] = follower;
                _slots[i] = null;
                gap = i;
            }
        }
    }

    // Half full afterwards: the next rebuild is a quarter of the capacity away in either direction.
    private void Rebuild()
    {
        Session?[] old = _slots;
        _slots = new Session?[Math.Max(CapacityMin, checked(2 * Count))];
        foreach (Session? session in old)
        {
            if (session is not null)
            {
                Insert(session);
            }
        }
    }
}
