// What a run found: named values in the order they were added. Rendered as one line of JSON or as a table for people.
// Names are those of the independent load generator in C where the two measure the same.
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace FastMqtt.Bench.Report;

public sealed class LoadReport
{
    private readonly List<KeyValuePair<string, object>> _fields = [];

    /// <summary>Whether every message arrived once, in order and undamaged.</summary>
    public bool IsOk { get; private set; }

    public IReadOnlyList<KeyValuePair<string, object>> Fields => _fields;

    public void Add(string name, string value) => _fields.Add(new(name, value));

    public void Add(string name, long value) => _fields.Add(new(name, value));

    /// <summary>A figure with so many digits behind its point; what is not a number becomes 0.</summary>
    public void Add(string name, double value, int digits) =>
        _fields.Add(new(name, Math.Round(double.IsFinite(value) ? (decimal)value : 0, digits)));

    /// <summary>The last field of every report.</summary>
    public void AddVerdict(bool isOk)
    {
        IsOk = isOk;
        _fields.Add(new("ok", isOk));
    }

    public bool TryGet(string name, out object value)
    {
        foreach ((string key, object found) in _fields)
        {
            if (key == name)
            {
                value = found;
                return true;
            }
        }

        value = string.Empty;
        return false;
    }

    public string ToJson()
    {
        var text = new StringBuilder("{");
        foreach ((string name, object value) in _fields)
        {
            text.Append(text.Length > 1 ? "," : string.Empty).Append('"').Append(name).Append("\":");
            _ = value switch
            {
                string words => text.Append('"').Append(JavaScriptEncoder.Default.Encode(words)).Append('"'),
                bool truth => text.Append(truth ? "true" : "false"),
                _ => text.Append(CultureInfo.InvariantCulture, $"{value}"),
            };
        }

        return text.Append('}').ToString();
    }
}
