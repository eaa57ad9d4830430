// The settings of one place: of the broker, of a listener, of the access to one. Keeps the rules of repetition and of
// who overrides whom. Written while the configuration is read, then only read.
using System.Diagnostics.CodeAnalysis;

namespace FastMqtt.Configuration;

internal sealed class SettingTable
{
    private static readonly List<Setting> None = [];

    private readonly SortedDictionary<string, List<Setting>> _byName = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>Adds a value. False: it is there already and may be there once only.</summary>
    public bool TryAdd(Setting setting)
    {
        string name = setting.Option.Name;
        if (!_byName.TryGetValue(name, out List<Setting>? values))
        {
            _byName.Add(name, [setting]);
            return true;
        }

        bool overrides = setting.Origin.Kind > values[^1].Origin.Kind;
        if (!overrides && setting.Option.Repeat == OptionRepeat.Refused && setting.Origin.Kind == OriginKind.File)
        {
            return false;
        }

        // The values of one origin add up; another origin's take the place of all of them.
        if (overrides || setting.Option.Repeat != OptionRepeat.Adds)
        {
            _byName[name] = values = [];
        }

        values.Add(setting);
        return true;
    }

    /// <summary>Takes the place of whatever there is; no values: as if nothing had been said.</summary>
    public void Replace(string name, IReadOnlyList<Setting> values)
    {
        _byName.Remove(name);
        if (values.Count > 0)
        {
            _byName.Add(name, [.. values]);
        }
    }

    /// <summary>Takes over what another table has and this one does not have from as high an origin.</summary>
    public void TakeOver(SettingTable other)
    {
        foreach ((string name, List<Setting> values) in other._byName)
        {
            if (!TryFind(name, out Setting? own) || own.Origin.Kind < values[^1].Origin.Kind)
            {
                Replace(name, values);
            }
        }
    }

    public IReadOnlyList<Setting> FindAll(string name) => _byName.GetValueOrDefault(name) ?? None;

    public bool TryFind(string name, [NotNullWhen(true)] out Setting? setting)
    {
        setting = _byName.TryGetValue(name, out List<Setting>? values) ? values[^1] : null;
        return setting is not null;
    }

    /// <summary>The text of an option; null when nobody has set it.</summary>
    public string? Text(string name) => TryFind(name, out Setting? setting) ? setting.Text : null;

    /// <summary>The number of an option; null when nobody has set it.</summary>
    public long? Number(string name) => TryFind(name, out Setting? setting) ? setting.Number : null;

    /// <summary>The truth of an option; null when nobody has set it.</summary>
    public bool? Flag(string name) => TryFind(name, out Setting? setting) ? setting.Number != 0 : null;

    /// <summary>All texts of an option that may be given several times.</summary>
    public string[] Texts(string name)
    {
        IReadOnlyList<Setting> values = FindAll(name);
        var texts = new string[values.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = values[i].Text;
        }

        return texts;
    }
}
