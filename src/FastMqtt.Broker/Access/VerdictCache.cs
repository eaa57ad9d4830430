// What a session was told about topics: may it publish there, may it receive from there. Exact (the topic's bytes are
// compared), bounded, two places per topic. A place that is taken over reuses its memory: warm, it allocates nothing
// for topics no longer than those before. Owned by the session's dispatcher.

namespace FastMqtt.Broker.Access;

internal sealed class VerdictCache
{
    /// <summary>Places of a cache: 64 bytes each and the topic. A session that uses more topics asks again.</summary>
    public const int PlacesMax = 256;

    private const int PlacesAtFirst = 2;

    private Place[] _places = new Place[PlacesAtFirst];
    private uint _turn;

    /// <summary>The verdict, if it is known and still holds.</summary>
    public AccessVerdict? Find(AccessKind kind, ReadOnlySpan<byte> topic, ulong hash, long nowMilliseconds)
    {
        int first = (int)hash & (_places.Length - 1);
        for (int i = first; ; i ^= 1)
        {
            ref Place place = ref _places[i];
            if (place.Hash == hash && place.Holds(topic))
            {
                int bit = 1 << (int)kind;
                bool holds = kind == AccessKind.Receive || nowMilliseconds < place.PublishHoldsUntil;
                return (place.Known & bit) == 0 || !holds ? null
                    : (place.Allowed & bit) != 0 ? AccessVerdict.Allowed
                    : AccessVerdict.Denied;
            }

            if (i != first)
            {
                return null;
            }
        }
    }

    /// <summary>Remembers a verdict. One about receiving holds as long as the cache.</summary>
    public void Add(
        AccessKind kind, ReadOnlySpan<byte> topic, ulong hash, bool isAllowed, long holdsUntilMilliseconds)
    {
        ref Place place = ref PlaceFor(topic, hash);
        int bit = 1 << (int)kind;
        place.Known |= (byte)bit;
        place.Allowed = (byte)(isAllowed ? place.Allowed | bit : place.Allowed & ~bit);
        if (kind == AccessKind.Publish)
        {
            place.PublishHoldsUntil = holdsUntilMilliseconds;
        }
    }

    /// <summary>Forgets every verdict; the memory stays.</summary>
    public void Clear()
    {
        foreach (ref Place place in _places.AsSpan())
        {
            place.Known = 0;
            place.Allowed = 0;
        }
    }

    private ref Place PlaceFor(ReadOnlySpan<byte> topic, ulong hash)
    {
        int first = (int)hash & (_places.Length - 1);
        foreach (int i in (ReadOnlySpan<int>)[first, first ^ 1])
        {
            if (_places[i].Hash == hash && _places[i].Holds(topic))
            {
                return ref _places[i];
            }
        }

        foreach (int i in (ReadOnlySpan<int>)[first, first ^ 1])
        {
            if (_places[i].Known == 0)
            {
                return ref Take(i, topic, hash);
            }
        }

        if (_places.Length < PlacesMax)
        {
            Grow();
            return ref PlaceFor(topic, hash);
        }

        return ref Take(first ^ (int)(_turn++ & 1), topic, hash);
    }

    private ref Place Take(int i, ReadOnlySpan<byte> topic, ulong hash)
    {
        ref Place place = ref _places[i];
        if (place.Topic is null || place.Topic.Length < topic.Length)
        {
            place.Topic = new byte[(topic.Length + 31) & ~31];
        }

        topic.CopyTo(place.Topic);
        place.Length = topic.Length;
        place.Hash = hash;
        place.Known = 0;
        place.Allowed = 0;
        return ref place;
    }

    // Each finds one of its two places free: those of a pair go to one of two pairs.
    private void Grow()
    {
        Place[] old = _places;
        _places = new Place[old.Length * 2];
        foreach (Place place in old)
        {
            if (place.Known != 0)
            {
                int first = (int)place.Hash & (_places.Length - 1);
                _places[_places[first].Known == 0 ? first : first ^ 1] = place;
            }
        }
    }

    private struct Place
    {
        public ulong Hash;
        public byte[]? Topic;
        public long PublishHoldsUntil; // milliseconds
        public int Length;
        public byte Known;
        public byte Allowed;

        public readonly bool Holds(ReadOnlySpan<byte> topic) =>
            Length == topic.Length && Topic is not null && topic.SequenceEqual(Topic.AsSpan(0, Length));
    }
}
