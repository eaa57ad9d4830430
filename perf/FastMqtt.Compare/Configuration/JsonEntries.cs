// A JSON file that is an array of objects, each an entry with a name of its own. Reads it or says what is wrong.
// Called by BrokerList and WorkloadList.
using System.Text.Json;

namespace FastMqtt.Compare.Configuration;

internal static class JsonEntries
{
    private static readonly JsonDocumentOptions Options =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="ConfigurationException">The file is missing or is not an array of objects.</exception>
    public static IReadOnlyList<JsonEntry> ReadFile(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (IOException failure)
        {
            throw new ConfigurationException($"{path}: {failure.Message}", failure);
        }
    }

    /// <exception cref="ConfigurationException">The text is not an array of objects.</exception>
    public static IReadOnlyList<JsonEntry> Parse(string file, string text)
    {
        JsonElement root;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Options);
            root = document.RootElement.Clone();
        }
        catch (JsonException failure)
        {
            throw new ConfigurationException(
                $"{file}: line {failure.LineNumber + 1}: this is not JSON: {FirstSentence(failure.Message)}", failure);
        }

        if (root.ValueKind != JsonValueKind.Array)
        {
            throw new ConfigurationException($"{file}: must be an array, [ ... ]");
        }

        var entries = new List<JsonEntry>();
        foreach (JsonElement item in root.EnumerateArray())
        {
            var entry = new JsonEntry(file, entries.Count + 1, item);
            string name = entry.RequiredText("name");
            if (entries.Any(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                throw entry.Wrong("the name is taken by an entry before");
            }

            entries.Add(entry);
        }

        return entries.Count > 0 ? entries : throw new ConfigurationException($"{file}: has no entry");
    }

    private static string FirstSentence(string message) => message.Split(". ")[0].TrimEnd('.') + ".";
}
