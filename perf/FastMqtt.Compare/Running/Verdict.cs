// Why a run of the load tool does not count, from what it reported. Every message is checked by the tool; here the
// findings become words. Called by LoadTool.
using System.Globalization;
using System.Text.Json.Nodes;

namespace FastMqtt.Compare.Running;

public static class Verdict
{
    private static readonly (string Name, string Words)[] Checks =
        [("lost", "lost"), ("dup", "delivered twice"), ("reorder", "out of order"), ("bad", "damaged")];

    /// <summary>The reason, or null when the run is good: it says so, found nothing wrong and has a rate.</summary>
    public static string? Of(JsonObject report)
    {
        if (Text(report, "error") is { Length: > 0 } error)
        {
            return error;
        }

        string found = string.Join(", ", Checks
            .Where(check => Number(report, check.Name) is > 0)
            .Select(check => string.Create(
                CultureInfo.InvariantCulture, $"{Number(report, check.Name):0} {check.Words}")));
        if (found.Length > 0)
        {
            return found;
        }

        bool isOk = report.TryGetPropertyValue("ok", out JsonNode? ok)
            && ok is JsonValue value && value.TryGetValue(out bool truth) && truth;
        return !isOk ? "incomplete"
            : Number(report, FigureNames.Rate) is > 0 ? null
            : "no rate";
    }

    private static double? Number(JsonObject report, string name) =>
        report.TryGetPropertyValue(name, out JsonNode? node)
            && node is JsonValue value && value.TryGetValue(out double number)
            ? number
            : null;

    private static string? Text(JsonObject report, string name) =>
        report.TryGetPropertyValue(name, out JsonNode? node)
            && node is JsonValue value && value.TryGetValue(out string? text)
            ? text
            : null;
}
