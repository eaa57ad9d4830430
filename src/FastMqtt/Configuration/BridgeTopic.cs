// A bridge's topic line, read as Mosquitto does: PATTERN [DIRECTION [QOS [LOCAL-PREFIX [REMOTE-PREFIX]]]]. It is the
// only option with quotes: they hold a pattern with spaces together. There are no escapes.
namespace FastMqtt.Configuration;

internal static class BridgeTopic
{
    public static string? Read(string rest, out string text)
    {
        text = Words.Trim(rest);
        string pattern = Words.First(text, out string tail);
        if (pattern.Length == 0)
        {
            return "needs a value: a topic pattern";
        }

        if (pattern[0] == '"' && !pattern.StartsWith("\"\"", StringComparison.Ordinal))
        {
            int end = text.IndexOf('"', 1);
            if (end < 0)
            {
                return "has no closing quote";
            }

            tail = text[(end + 1)..];
        }

        return ReadDirection(tail);
    }

    private static string? ReadDirection(string text)
    {
        string direction = Words.First(text, out string tail);
        bool isKnown = direction.Length == 0
            || direction.Equals("out", StringComparison.OrdinalIgnoreCase)
            || direction.Equals("in", StringComparison.OrdinalIgnoreCase)
            || direction.Equals("both", StringComparison.OrdinalIgnoreCase);
        if (!isKnown)
        {
            return $"{Words.Quote(direction)} is not one of out, in, both";
        }

        string qos = Words.First(tail, out _);
        return qos.Length == 0 || qos[0] == '#' || qos is "0" or "1" or "2"
            ? null
            : $"{Words.Quote(qos)} is not a QoS from 0 to 2";
    }
}
