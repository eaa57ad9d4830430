// Splits a Topic Name or Topic Filter at '/', one level a call, without allocation. An empty level is a level:
// "/a" has two, "a//b" three [MQTT-4.7.3-4].
namespace FastMqtt.Broker.Topics;

internal static class TopicLevel
{
    // The level at offset, which moves past its separator; behind the last level it is one more than the length.
    public static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> topic, ref int offset)
    {
        ReadOnlySpan<byte> rest = topic[offset..];
        int length = rest.IndexOf((byte)'/');
        length = length < 0 ? rest.Length : length;
        offset += length + 1;
        return rest[..length];
    }
}
