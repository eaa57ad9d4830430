// Walks over the levels of a topic. An empty level is a level.

namespace FastMqtt.Access;

internal static class TopicLevels
{
    public static ReadOnlySpan<byte> Next(scoped ref ReadOnlySpan<byte> rest, out bool isLast)
    {
        int end = rest.IndexOf((byte)'/');
        isLast = end < 0;
        ReadOnlySpan<byte> level = isLast ? rest : rest[..end];
        rest = isLast ? default : rest[(end + 1)..];
        return level;
    }
}
