// Topic Aliases the broker has set towards a client. Direct mapped: the topic's hash picks the alias, a different topic
// in that place is replaced. No search, no eviction list, and a client with few busy topics keeps them all.

namespace FastMqtt.Broker.Sessions;

internal sealed class OutgoingTopicAliases(int count)
{
    private readonly byte[]?[] _topics = new byte[]?[count];

    /// <summary>
    /// The alias for a topic: positive, it has to be sent with the topic; negative, the client knows it.
    /// </summary>
    public int Use(ReadOnlySpan<byte> topic)
    {
        if (topic.Length > Limits.OutgoingAliasTopicBytes)
        {
            return 0;
        }

        HashCode hash = default;
        hash.AddBytes(topic);
        int index = (int)((uint)hash.ToHashCode() % (uint)_topics.Length);
        ref byte[]? entry = ref _topics[index];
        if (entry is not null && topic.SequenceEqual(entry))
        {
            return -(index + 1);
        }

        entry = topic.ToArray();
        return index + 1;
    }

    /// <summary>The packet that would have set the alias was not sent.</summary>
    public void Forget(int alias) => _topics[Math.Abs(alias) - 1] = null;
}
