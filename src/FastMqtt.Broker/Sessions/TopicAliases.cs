// Topic Aliases a client has set towards the broker: alias -> topic, for the life of one connection. [MQTT-3.3.2-7]

namespace FastMqtt.Broker.Sessions;

internal sealed class TopicAliases(int maximum)
{
    private byte[]?[] _topics = [];

    /// <summary>Whether the alias is one the broker allows. [MQTT-3.3.2-9]</summary>
    public bool Allows(ushort alias) => alias <= maximum;

    public bool TryGet(ushort alias, out ReadOnlySpan<byte> topic)
    {
        byte[]? found = alias <= _topics.Length ? _topics[alias - 1] : null;
        topic = found;
        return found is not null;
    }

    public void Set(ushort alias, ReadOnlySpan<byte> topic)
    {
        if (_topics.Length == 0)
        {
            _topics = new byte[maximum][];
        }

        ref byte[]? entry = ref _topics[alias - 1];
        if (entry is null || !topic.SequenceEqual(entry))
        {
            entry = topic.ToArray();
        }
    }
}
