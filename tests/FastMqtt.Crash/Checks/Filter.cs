// The naive matcher: does a filter select a topic. Filters of this program never begin with $.
namespace FastMqtt.Crash.Checks;

internal static class Filter
{
    public static bool Matches(string filter, string topic)
    {
        string[] wanted = filter.Split('/');
        string[] levels = topic.Split('/');
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#")
            {
                return true; // [MQTT-4.7.1-1]: also the parent level
            }

            if (i == levels.Length || (wanted[i] != "+" && wanted[i] != levels[i]))
            {
                return false;
            }
        }

        return wanted.Length == levels.Length;
    }
}
