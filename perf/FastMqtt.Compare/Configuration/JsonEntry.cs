// One entry of a configuration file: typed fields, and errors that name file, entry and field. Every field that is read
// is remembered, so that a misspelt one is an error and not silence.
using System.Text.Json;

namespace FastMqtt.Compare.Configuration;

internal sealed class JsonEntry
{
    private readonly JsonElement _item;
    private readonly string _file;
    private readonly int _number;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public JsonEntry(string file, int number, JsonElement item)
    {
        _file = file;
        _number = number;
        _item = item;
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("must be an object, { ... }");
        }

        Name = item.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;
    }

    public string? Name { get; }

    public ConfigurationException Wrong(string complaint) =>
        new($"{_file}: entry {_number}{(Name is null ? string.Empty : $" ({Name})")}: {complaint}");

    public string RequiredText(string field) =>
        Text(field) is { Length: > 0 } text ? text : throw Wrong($"{field} is missing");

    public string? Text(string field) => Find(field) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Wrong($"{field} must be a text"),
    };

    public bool Flag(string field, bool normal) => Find(field)?.ValueKind switch
    {
        null => normal,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong($"{field} must be true or false"),
    };

    public int? Number(string field, int min, int max)
    {
        if (Find(field) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            && number >= min && number <= max
            ? number
            : throw Wrong($"{field} must be a number from {min} to {max}");
    }

    public double? Real(string field, double min, double max)
    {
        if (Find(field) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number)
            && number >= min && number <= max
            ? number
            : throw Wrong($"{field} must be a number from {min} to {max}");
    }

    public IReadOnlyList<string> Texts(string field)
    {
        if (Find(field) is not { } value)
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(item => item.GetString() ?? string.Empty)]
            : throw Wrong($"{field} must be an array of texts");
    }

    public IReadOnlyDictionary<string, string> TextMap(string field)
    {
        if (Find(field) is not { } value)
        {
            return new Dictionary<string, string>();
        }

        return value.ValueKind == JsonValueKind.Object
            && value.EnumerateObject().All(item => item.Value.ValueKind == JsonValueKind.String)
            ? value.EnumerateObject().ToDictionary(item => item.Name, item => item.Value.GetString() ?? string.Empty)
            : throw Wrong($"{field} must be an object of texts");
    }

    public string Choice(string field, string normal, params string[] allowed)
    {
        string text = Text(field) ?? normal;
        return allowed.Contains(text) ? text : throw Wrong($"{field} must be {string.Join(" or ", allowed)}");
    }

    /// <summary>Called last: refuses fields that nobody asked for.</summary>
    public void RefuseOthers()
    {
        foreach (JsonProperty property in _item.EnumerateObject().Where(item => !_known.Contains(item.Name)))
        {
            throw Wrong($"{property.Name} is not a field (known: {string.Join(", ", _known.Order())})");
        }
    }

    private JsonElement? Find(string field)
    {
        _known.Add(field);
        return _item.TryGetProperty(field, out JsonElement value) ? value : null;
    }
}
