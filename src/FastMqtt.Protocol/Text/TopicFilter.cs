// The rules for what is subscribed to: where wildcards may stand, and the parts of a shared subscription's filter.
// Called per filter when a subscription is made; an illegal one is a code in SUBACK, not the end of the connection.
namespace FastMqtt.Protocol;

public static class TopicFilter
{
    public const int LengthMax = ushort.MaxValue;

    private const byte Separator = (byte)'/';
    private const byte SingleLevel = (byte)'+';
    private const byte MultiLevel = (byte)'#';

    private static ReadOnlySpan<byte> SharePrefix => "$share/"u8;

    // The syntax of a plain filter. Of a shared one, ask it of the part that TryParseShared returns.
    public static bool IsValid(ReadOnlySpan<byte> filter) =>
        filter.Length is >= 1 and <= LengthMax // [MQTT-4.7.3-1] [MQTT-4.7.3-3]
        && HasLegalWildcards(filter)
        && Utf8Text.IsValid(filter); // [MQTT-4.7.3-2]

    public static bool HasWildcard(ReadOnlySpan<byte> filter) => filter.IndexOfAny(SingleLevel, MultiLevel) >= 0;

    public static int CountLevels(ReadOnlySpan<byte> filter) => filter.Count(Separator) + 1;

    public static bool IsShared(ReadOnlySpan<byte> filter) => filter.StartsWith(SharePrefix);

    // False when the filter is not shared, or is but lacks a legal share name or a filter behind it.
    public static bool TryParseShared(
        ReadOnlySpan<byte> filter, out ReadOnlySpan<byte> shareName, out ReadOnlySpan<byte> topicFilter)
    {
        shareName = default;
        topicFilter = default;
        if (!IsShared(filter))
        {
            return false; // [MQTT-4.8.2-1]
        }

        ReadOnlySpan<byte> rest = filter[SharePrefix.Length..];
        int nameLength = rest.IndexOf(Separator);
        if (nameLength < 1 || nameLength + 1 == rest.Length || HasWildcard(rest[..nameLength]))
        {
            return false; // [MQTT-4.8.2-1] [MQTT-4.8.2-2]
        }

        shareName = rest[..nameLength];
        topicFilter = rest[(nameLength + 1)..];
        return true;
    }

    private static bool HasLegalWildcards(ReadOnlySpan<byte> filter)
    {
        int start = 0;
        while (true)
        {
            int offset = filter[start..].IndexOfAny(SingleLevel, MultiLevel);
            if (offset < 0)
            {
                return true;
            }

            int at = start + offset;
            bool startsLevel = at == 0 || filter[at - 1] == Separator;
            bool isLast = at + 1 == filter.Length;
            bool endsLevel = isLast || filter[at + 1] == Separator;
            bool isLegal = filter[at] == MultiLevel
                ? startsLevel && isLast // [MQTT-4.7.1-1] [MQTT3-4.7.1-2]
                : startsLevel && endsLevel; // [MQTT-4.7.1-2] [MQTT3-4.7.1-3]
            if (!isLegal)
            {
                return false;
            }

            start = at + 1;
        }
    }
}
