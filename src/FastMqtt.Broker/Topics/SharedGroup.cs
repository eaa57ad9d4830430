// The members of one Shared Subscription (share name and filter). Each message goes to one member: in turn among those
// that are connected, else in turn among the others. Fair turns come before a member close by: a
// consumer on another dispatcher gets its share.
//
// Writers: one at a time, under the index lock. Readers: Pick from any thread, no lock, no interlocked operation.
// Publication: a member is stored before the count. Removal moves the last member into the gap, so a reader in between
// may miss a standing member; it then finds no connected one and a changed version (odd: a change is under way), and
// looks again. Every store of a change has release and every load of a reader acquire, so version, members, version
// are seen in order.
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Topics;

internal sealed class SharedGroup(ReadOnlySpan<byte> name, SubscriberChain chain, int dispatcherCount)
{
    private const int MembersMin = 2;

    private readonly byte[] _name = name.ToArray();

    // Whose turn it is, one counter per dispatcher: written by that dispatcher alone when it picks.
    private readonly uint[] _turns = new uint[dispatcherCount];
    private Subscription?[] _members = new Subscription?[MembersMin];
    private int _count;
    private uint _version;

    public ReadOnlySpan<byte> Name => _name;

    public SubscriberChain Chain { get; } = chain;

    public int MemberCount => Volatile.Read(ref _count);

    // The caller's dispatcher chooses the counter. Null: no member of another session than the excepted one's.
    public Subscription? Pick(int preferredDispatcher, Subscription? except = null)
    {
        while (true)
        {
            uint version = Volatile.Read(ref _version);
            Subscription? picked = Scan(preferredDispatcher, except, out bool connected);
            if (connected || ((version & 1) == 0 && Volatile.Read(ref _version) == version))
            {
                return picked;
            }
        }
    }

    public void Add(Subscription subscription)
    {
        if (_count == _members.Length)
        {
            var members = new Subscription?[_count * 2];
            _members.CopyTo(members, 0);
            Volatile.Write(ref _members, members);
        }

        subscription.Position = _count;
        Volatile.Write(ref _members[_count], subscription);
        Volatile.Write(ref _count, _count + 1);
        // Connected members may stay unseen by a scan that read the old count: it has to look again.
        Volatile.Write(ref _version, _version + 2);
    }

    public void Remove(Subscription subscription)
    {
        Volatile.Write(ref _version, _version + 1);
        int last = _count - 1;
        Subscription moved = _members[last]!;
        moved.Position = subscription.Position;
        Volatile.Write(ref _members[subscription.Position], moved);
        Volatile.Write(ref _members[last], null);
        Volatile.Write(ref _count, last);
        if (_members.Length > 4 * MembersMin && last < _members.Length / 4)
        {
            Volatile.Write(ref _members, _members.AsSpan(0, _members.Length / 2).ToArray());
        }

        Volatile.Write(ref _version, _version + 1);
    }

    private static bool KeepsNothing(Subscription offline) => offline.Options.QoS == QualityOfService.AtMostOnce;

    private Subscription? Scan(int dispatcher, Subscription? except, out bool connected)
    {
        Subscription?[] members = Volatile.Read(ref _members);
        int count = Math.Min(Volatile.Read(ref _count), members.Length);
        ref uint turn = ref _turns[dispatcher];
        int position = count == 0 ? 0 : (int)(turn % (uint)count);
        Subscription? offline = null;
        int offlinePosition = 0;
        for (int seen = 0; seen < count; seen++)
        {
            Subscription? member = Volatile.Read(ref members[position]);
            if (member is not null && member.Session != except?.Session)
            {
                if (member.Session.IsConnected)
                {
                    turn = (uint)position + 1;
                    connected = true;
                    return member;
                }

                // One with QoS 0 keeps nothing while it is offline.
                if (offline is null || (KeepsNothing(offline) && !KeepsNothing(member)))
                {
                    offline = member;
                    offlinePosition = position;
                }
            }

            position = position + 1 == count ? 0 : position + 1;
        }

        turn = (uint)offlinePosition + 1;
        connected = false;
        return offline;
    }
}
