// The rules for what is published to: at least one character, no wildcard.
// Called for the topic of PUBLISH, the Will Topic and the Response Topic.
namespace FastMqtt.Protocol;

public static class TopicName
{
    public const int LengthMax = ushort.MaxValue;

    public static bool IsValid(ReadOnlySpan<byte> name) =>
        name.Length is >= 1 and <= LengthMax // [MQTT-4.7.3-1] [MQTT-4.7.3-3]
        && !HasWildcard(name)
        && Utf8Text.IsValid(name); // [MQTT-4.7.3-2]

    public static bool HasWildcard(ReadOnlySpan<byte> name) =>
        name.IndexOfAny((byte)'+', (byte)'#') >= 0; // [MQTT-4.7.0-1] [MQTT3-4.7.1-1]

    public static int CountLevels(ReadOnlySpan<byte> name) => name.Count((byte)'/') + 1;
}
