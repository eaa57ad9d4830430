// Everything of a run as JSON: the facts and every sample with its command line, its figures and its failure.
// Called by ResultFiles; Program reads one back for --report.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastMqtt.Compare.Configuration;
using FastMqtt.Compare.Running;

namespace FastMqtt.Compare.Results;

public static class RawResults
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Render(Facts facts, IReadOnlyList<Sample> samples)
    {
        // A line for each sample: readable, and a difference between two files is one of samples.
        IEnumerable<string> lines = samples.Select(sample => JsonSerializer.Serialize(sample, Options));
        return $"{{\n\"facts\": {JsonSerializer.Serialize(facts, Options)},\n\"samples\": [\n"
            + $"{string.Join(",\n", lines)}\n]\n}}\n";
    }

    /// <exception cref="ConfigurationException">The text is not what Render writes.</exception>
    public static (Facts Facts, IReadOnlyList<Sample> Samples) Parse(string file, string text)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(text);
            Facts? facts = root?["facts"].Deserialize<Facts>(Options);
            List<Sample>? samples = root?["samples"].Deserialize<List<Sample>>(Options);
            return facts is not null && samples is not null
                ? (facts, samples)
                : throw new ConfigurationException($"{file}: has no facts or no samples");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new ConfigurationException($"{file}: {failure.Message}", failure);
        }
    }
}
