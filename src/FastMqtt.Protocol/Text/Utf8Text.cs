// The rule for every UTF-8 string of the protocol. Vectorised by the runtime; text is never turned into a string.
// A byte order mark is text like any other and stays where it is: [MQTT-1.5.4-3] [MQTT3-1.5.3-3].
namespace FastMqtt.Protocol;

public static class Utf8Text
{
    public static bool IsValid(ReadOnlySpan<byte> text) =>
        System.Text.Unicode.Utf8.IsValid(text) // [MQTT-1.5.4-1] [MQTT3-1.5.3-1]
        && !text.Contains((byte)0); // [MQTT-1.5.4-2] [MQTT3-1.5.3-2]
}
