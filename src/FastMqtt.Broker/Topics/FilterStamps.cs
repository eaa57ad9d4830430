// Tells match caches which topics a filter that came or went may concern, so that a storm on some filters leaves the
// cached matches of all other topics alone. A filter's scope is: the whole topic for an exact filter; the literal
// first two levels or the literal first level for a wildcard filter that has them; everything otherwise. Scopes share
// a fixed array of counters by hash; a collision invalidates too much, never too little.
//
// Writers: one at a time, under the index lock, after the index was changed (release). Readers: any thread, the sum of
// the counters a topic depends on *before* they match (acquire). Counters only grow, so an unchanged sum means that
// none changed: a result stored with a sum was matched after every change that sum includes, and a change that came
// later than the match was published alters the sum before its SUBACK is sent. 64 bits do not come round.
namespace FastMqtt.Broker.Topics;

internal sealed class FilterStamps(TopicHasher hasher)
{
    // 32 KiB. 100,000 changed filters a second invalidate a topic that stands 25 times a second by chance.
    private const int CountBits = 12;
    private const int Everything = 1 << CountBits;

    private readonly TopicHasher _hasher = hasher;
    private readonly ulong[] _stamps = new ulong[Everything + 1];

    public static int ExactIndex(ulong topicHash) => (int)(topicHash & (Everything - 1));

    // The counters of the scopes "first level" and "first two levels" of a topic.
    public void PrefixIndexes(ReadOnlySpan<byte> topic, out int oneLevel, out int twoLevels)
    {
        int length = topic.IndexOf((byte)'/');
        if (length < 0)
        {
            oneLevel = ExactIndex(_hasher.Hash(topic));
            twoLevels = oneLevel;
            return;
        }

        oneLevel = ExactIndex(_hasher.Hash(topic[..length]));
        int second = topic[(length + 1)..].IndexOf((byte)'/');
        twoLevels = ExactIndex(_hasher.Hash(second < 0 ? topic : topic[..(length + 1 + second)]));
    }

    public ulong Sum(int exact, int oneLevel, int twoLevels) =>
        Volatile.Read(ref _stamps[Everything]) + Volatile.Read(ref _stamps[exact])
            + Volatile.Read(ref _stamps[oneLevel]) + Volatile.Read(ref _stamps[twoLevels]);

    public void ChangeExact(ulong filterHash) => Bump(ExactIndex(filterHash));

    public void ChangeWildcard(ReadOnlySpan<byte> filter)
    {
        int wildcard = filter.IndexOfAny((byte)'+', (byte)'#');
        ReadOnlySpan<byte> literal = filter[..wildcard];
        int first = literal.IndexOf((byte)'/');
        if (first < 0)
        {
            Bump(Everything);
            return;
        }

        int second = literal[(first + 1)..].IndexOf((byte)'/');
        int length = second < 0 ? first : first + 1 + second;
        Bump(ExactIndex(_hasher.Hash(literal[..length])));
    }

    private void Bump(int i) => Volatile.Write(ref _stamps[i], _stamps[i] + 1);
}
