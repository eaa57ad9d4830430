// Mosquitto's algorithm as it is told in its manual and its source, in the plainest form there is: two lists, gone
// through from the front, with denials put in front. Slow and obvious on purpose.

namespace FastMqtt.Access.Tests;

internal static class LinearAcl
{
    private sealed record Rule(string? User, bool IsPattern, string Access, string Filter);

    public static bool Allows(string content, string clientId, string? userName, string topic, bool writes)
    {
        if (writes && (topic.StartsWith("$share", StringComparison.Ordinal) || IsSystem(topic)))
        {
            return false;
        }

        List<Rule> all = Parse(content);
        IEnumerable<Rule> own = all.Where(rule => !rule.IsPattern && rule.User == userName);
        if (Decide(own, topic, writes, static filter => filter) is bool decided)
        {
            return decided;
        }

        List<Rule> patterns = [.. all.Where(rule => rule.IsPattern)];
        if (patterns.Count == 0 || ((userName ?? string.Empty) + clientId).AsSpan().IndexOfAny('+', '#') >= 0)
        {
            return false;
        }

        IEnumerable<Rule> applicable = patterns.Where(
            rule => userName is not null || !rule.Filter.Contains("%u", StringComparison.Ordinal));
        return Decide(applicable, topic, writes, filter => Substitute(filter, clientId, userName)) ?? false;
    }

    private static bool IsSystem(string topic)
    {
        string[] levels = topic.Split('/');
        bool isState = levels.Length == 5
            && topic.StartsWith("$SYS/broker/connection/", StringComparison.Ordinal)
            && levels[4] == "state";
        return topic.StartsWith("$SYS", StringComparison.Ordinal) && !isState;
    }

    private static bool? Decide(IEnumerable<Rule> rules, string topic, bool writes, Func<string, string?> substitute)
    {
        List<Rule> inOrder = [];
        foreach (Rule rule in rules)
        {
            if (rule.Access == "deny")
            {
                inOrder.Insert(0, rule);
            }
            else
            {
                inOrder.Add(rule);
            }
        }

        foreach (Rule rule in inOrder)
        {
            bool isDollar = topic[0] == '$';
            if (isDollar != (rule.Filter[0] == '$')
                || substitute(rule.Filter) is not string filter
                || !Matches(filter.Split('/'), topic.Split('/')))
            {
                continue;
            }

            if (rule.Access == "deny")
            {
                return false;
            }

            if (rule.Access == "readwrite" || rule.Access == (writes ? "write" : "read"))
            {
                return true;
            }
        }

        return null;
    }

    // Null: a name that can stand for no level.
    private static string? Substitute(string filter, string clientId, string? userName)
    {
        string[] levels = filter.Split('/');
        for (int i = 0; i < levels.Length; i++)
        {
            string? name = levels[i] switch { "%c" => clientId, "%u" => userName ?? string.Empty, _ => null };
            if (name is "" || (name is not null && name.Contains('/', StringComparison.Ordinal)))
            {
                return null;
            }

            levels[i] = name ?? levels[i];
        }

        return string.Join('/', levels);
    }

    private static bool Matches(ReadOnlySpan<string> filter, ReadOnlySpan<string> topic)
    {
        if (filter.IsEmpty)
        {
            return topic.IsEmpty;
        }

        if (filter[0] == "#")
        {
            return true;
        }

        return !topic.IsEmpty && (filter[0] == "+" || filter[0] == topic[0]) && Matches(filter[1..], topic[1..]);
    }

    private static List<Rule> Parse(string content)
    {
        List<Rule> rules = [];
        string? user = null;
        foreach (string line in content.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ');
            if (words[0] == "user")
            {
                user = words[1];
                continue;
            }

            rules.Add(new Rule(user, words[0] == "pattern", words.Length == 3 ? words[1] : "readwrite", words[^1]));
        }

        return rules;
    }
}
