// Topic Aliases the broker has set towards a client. Direct mapped: the topic's hash picks the alias, so there is no
// search and no eviction list, and a client with few busy topics keeps them all.
// Of several topics with one alias the busiest keeps it: a use adds to its weight, a use of another takes from it, and
// at nothing the other takes over. Topics that only take turns would each be sent in full with every message. A topic's
// bytes go where the topic's before lay, so that traffic allocates nothing however topics change.

namespace FastMqtt.Broker.Sessions;

internal sealed class OutgoingTopicAliases(int count)
{
    /// <summary>Uses a topic is ahead of the others at the most: one that fell silent loses its alias soon.</summary>
    private const byte WeightMax = 8;

    /// <summary>Bytes, least room for a topic: most are shorter.</summary>
    private const int RoomMin = 32;

    private readonly Alias[] _aliases = new Alias[count];

    /// <summary>
    /// The alias for a topic: positive, it has to be sent with the topic; negative, the client knows it; 0, none.
    /// </summary>
    public int Use(ReadOnlySpan<byte> topic)
    {
        if (topic.Length > Limits.OutgoingAliasTopicBytes)
        {
            return 0;
        }

        HashCode hash = default;
        hash.AddBytes(topic);
        int index = (int)((uint)hash.ToHashCode() % (uint)_aliases.Length);
        ref Alias alias = ref _aliases[index];
        if (alias.Length > 0 && topic.SequenceEqual(alias.Topic.AsSpan(0, alias.Length)))
        {
            alias.Weight = (byte)Math.Min(alias.Weight + 1, WeightMax);
            return -(index + 1);
        }

        if (alias.Weight > 0)
        {
            alias.Weight--;
            return 0;
        }

        Set(ref alias, topic);
        return index + 1;
    }

    // Room in powers of two: six allocations at the most in the life of an alias.
    private static void Set(ref Alias alias, ReadOnlySpan<byte> topic)
    {
        if (alias.Topic is null || alias.Topic.Length < topic.Length)
        {
            int room = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)topic.Length);
            alias.Topic = new byte[Math.Max(room, RoomMin)];
        }

        topic.CopyTo(alias.Topic);
        alias.Length = (ushort)topic.Length;
        alias.Weight = 1;
    }

    private struct Alias
    {
        public byte[]? Topic;
        public ushort Length;
        public byte Weight;
    }
}
