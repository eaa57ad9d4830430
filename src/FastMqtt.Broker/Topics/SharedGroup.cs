// The members of one Shared Subscription (share name and filter). Each message goes to one member: in turn among those
// that are connected, else in turn among those that keep what they are given, else among the others. Fair turns come
// before a member close by: a consumer on another dispatcher gets its share.
//
// The three ranks lie behind each other in one array, so a pick costs the same however many members are offline. A
// session that connects or leaves changes the rank of its members (SubscriptionIndex.ChangeRanks).
//
// Writers: one at a time, under the index lock. Readers: Pick from any thread, no lock, no interlocked operation.
// Publication: every change makes the version odd, moves at most one member of each rank, and makes it even again; all
// stores have release and all loads of a reader acquire, so version, members, version are seen in order. A reader takes
// a connected member as it finds it; whatever else it finds counts only if the version was even and is the same after.
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Topics;

internal sealed class SharedGroup(ReadOnlySpan<byte> name, SubscriberChain chain, int dispatcherCount)
{
    private const int MembersMin = 2;

    private readonly byte[] _name = name.ToArray();

    // Whose turn it is, one counter per dispatcher: written by that dispatcher alone when it picks.
    private readonly uint[] _turns = new uint[dispatcherCount];
    private Subscription?[] _members = new Subscription?[MembersMin];

    // Where the ranks end: connected members lie before the first, those that keep messages before the second.
    private int _connectedEnd;
    private int _keepingEnd;
    private int _count;
    private uint _version;

    public ReadOnlySpan<byte> Name => _name;

    public SubscriberChain Chain { get; } = chain;

    public int MemberCount => Volatile.Read(ref _count);

    // The caller's dispatcher chooses the counter. Null: no member of another session than the excepted one's.
    public Subscription? Pick(int dispatcher, Subscription? except = null)
    {
        while (true)
        {
            uint version = Volatile.Read(ref _version);
            Subscription? picked = Choose(dispatcher, except);
            if (picked is { Session.IsConnected: true }
                || ((version & 1) == 0 && Volatile.Read(ref _version) == version))
            {
                return picked;
            }
        }
    }

    public void Add(Subscription subscription)
    {
        Volatile.Write(ref _version, _version + 1);
        Insert(subscription);
        Volatile.Write(ref _version, _version + 1);
    }

    public void Remove(Subscription subscription)
    {
        Volatile.Write(ref _version, _version + 1);
        Extract(subscription);
        if (_members.Length > 4 * MembersMin && _count < _members.Length / 4)
        {
            Volatile.Write(ref _members, _members.AsSpan(0, _members.Length / 2).ToArray());
        }

        Volatile.Write(ref _version, _version + 1);
    }

    // The member's session has connected or is gone.
    public void ChangeRank(Subscription subscription)
    {
        Volatile.Write(ref _version, _version + 1);
        Extract(subscription);
        Insert(subscription);
        Volatile.Write(ref _version, _version + 1);
    }

    // One with QoS 0 keeps nothing while it is offline. Options change only while a session is connected.
    private static bool Keeps(Subscription offline) => offline.Options.QoS != QualityOfService.AtMostOnce;

    private void Insert(Subscription subscription)
    {
        if (_count == _members.Length)
        {
            var members = new Subscription?[_count * 2];
            _members.CopyTo(members, 0);
            Volatile.Write(ref _members, members);
        }

        // The place behind its rank becomes free when the first of each later rank goes behind its own.
        bool isConnected = subscription.Session.IsConnected;
        int place = _count;
        Volatile.Write(ref _count, _count + 1);
        if (isConnected || Keeps(subscription))
        {
            Move(_keepingEnd, place);
            place = _keepingEnd;
            Volatile.Write(ref _keepingEnd, _keepingEnd + 1);
        }

        if (isConnected)
        {
            Move(_connectedEnd, place);
            place = _connectedEnd;
            Volatile.Write(ref _connectedEnd, _connectedEnd + 1);
        }

        subscription.Position = place;
        Volatile.Write(ref _members[place], subscription);
    }

    private void Extract(Subscription subscription)
    {
        // The gap is filled from the end of its rank, and so on to the end of all.
        int gap = subscription.Position;
        if (gap < _connectedEnd)
        {
            Move(_connectedEnd - 1, gap);
            gap = _connectedEnd - 1;
            Volatile.Write(ref _connectedEnd, gap);
        }

        if (gap < _keepingEnd)
        {
            Move(_keepingEnd - 1, gap);
            gap = _keepingEnd - 1;
            Volatile.Write(ref _keepingEnd, gap);
        }

        Move(_count - 1, gap);
        Volatile.Write(ref _members[_count - 1], null);
        Volatile.Write(ref _count, _count - 1);
    }

    private void Move(int from, int to)
    {
        if (from != to)
        {
            Subscription moved = _members[from]!;
            moved.Position = to;
            Volatile.Write(ref _members[to], moved);
        }
    }

    private Subscription? Choose(int dispatcher, Subscription? except)
    {
        Subscription?[] members = Volatile.Read(ref _members);
        int count = Math.Min(Volatile.Read(ref _count), members.Length);
        int connectedEnd = Math.Min(Volatile.Read(ref _connectedEnd), count);
        int keepingEnd = Math.Clamp(Volatile.Read(ref _keepingEnd), connectedEnd, count);
        ref uint turn = ref _turns[dispatcher];
        return Next(members.AsSpan(0, connectedEnd), ref turn, except)
            ?? Next(members.AsSpan(connectedEnd, keepingEnd - connectedEnd), ref turn, except)
            ?? Next(members.AsSpan(keepingEnd, count - keepingEnd), ref turn, except);
    }

    // A session is a member once, so this looks at two members at the most.
    private static Subscription? Next(Span<Subscription?> rank, ref uint turn, Subscription? except)
    {
        for (int seen = 0; seen < rank.Length; seen++)
        {
            int position = (int)(turn % (uint)rank.Length);
            turn = (uint)position + 1;
            Subscription? member = Volatile.Read(ref rank[position]);
            if (member is not null && member.Session != except?.Session)
            {
                return member;
            }
        }

        return null;
    }
}
