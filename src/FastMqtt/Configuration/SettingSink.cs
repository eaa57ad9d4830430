// Takes one option with its value, wherever it comes from, and puts it where it belongs. Owns the rules of order and
// place: which listener, what must come first, what may be there once. Used by ConfigurationReader.
namespace FastMqtt.Configuration;

internal sealed class SettingSink(Settings settings, Action<string, Origin> include, bool? perListener)
{
    private readonly HashSet<string> _noticed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _bridges = new(StringComparer.Ordinal);
    private bool _hasSecurity;

    /// <summary>Listeners' settings that hold for all of them.</summary>
    public SettingTable ForAllListeners { get; } = new();

    /// <summary>Settings about access that hold for all listeners, with per_listener_settings.</summary>
    public SettingTable SecurityForAll { get; } = new();

    /// <summary>Whether a listener, port or address is configured; otherwise only this machine is served.</summary>
    public bool IsServingOthers { get; private set; }

    public ListenerSection? DefaultListener { get; private set; }

    public void Take(string name, string rest, Origin origin, ReadContext context)
    {
        if (!OptionCatalogue.TryFind(name, out OptionDefinition? option))
        {
            settings.Problems.Add(new(origin, Unknown(name)));
            return;
        }

        if (ValueReader.Read(option, rest, out string text, out long number) is { } mistake)
        {
            settings.Problems.Add(new(origin, $"{name} {mistake}"));
            return;
        }

        Tell(option, name, text, origin);
        var setting = new Setting(option, text, number, origin);
        switch (option.Name)
        {
            case "include_dir":
                TakeInclude(setting, context);
                break;
            case "listener":
                TakeListener(setting, context);
                break;
            case "port" or "bind_address":
                TakeDefaultListener(setting, context);
                break;
            case "per_listener_settings":
                TakePerListener(setting);
                break;
            case "connection":
                TakeConnection(setting, context);
                break;
            default:
                Place(setting, name, context);
                break;
        }
    }

    private void Place(Setting setting, string name, ReadContext context)
    {
        OptionDefinition option = setting.Option;
        context.IsInPlugin |= option.Name is "plugin" or "global_plugin" or "plugin_load" or "plugin_use";
        SettingTable? table = option.Scope switch
        {
            OptionScope.Listener => ListenerTable(setting, context),
            OptionScope.Security => SecurityTable(context),
            OptionScope.Bridge => context.Bridge,
            OptionScope.Plugin => context.IsInPlugin ? settings.Global : null,
            _ => settings.Global,
        };
        if (table is null)
        {
            string first = option.Scope switch
            {
                OptionScope.Bridge => "connection",
                OptionScope.Plugin => "plugin",
                _ => "listener, because of per_listener_settings",
            };
            settings.Problems.Add(new(setting.Origin, $"{name} must stand below a {first}"));
        }
        else if (!table.TryAdd(setting))
        {
            _ = table.TryFind(option.Name, out Setting? earlier);
            settings.Problems.Add(new(setting.Origin, $"{name} is there already: {earlier!.Origin}"));
        }
        else if (option.Name == "log_dest" && IsSecondLogFile(table))
        {
            settings.Problems.Add(new(setting.Origin, "log_dest file is there already"));
        }
    }

    private SettingTable ListenerTable(Setting setting, ReadContext context)
    {
        if (context.Listener is null && context.OverridesAll)
        {
            return ForAllListeners;
        }

        return (context.Listener ??= MakeDefaultListener(setting.Origin)).Settings;
    }

    private SettingTable? SecurityTable(ReadContext context)
    {
        _hasSecurity = true;
        if (!settings.PerListener)
        {
            return settings.Security;
        }

        return context.Listener?.Security ?? (context.OverridesAll ? SecurityForAll : null);
    }

    private static bool IsSecondLogFile(SettingTable table)
    {
        int files = 0;
        foreach (string destination in table.Texts("log_dest"))
        {
            files += destination.StartsWith("file ", StringComparison.Ordinal) ? 1 : 0;
        }

        return files > 1;
    }

    private void TakeInclude(Setting setting, ReadContext context)
    {
        if (context.IsMain)
        {
            _ = settings.Global.TryAdd(setting);
            include(setting.Text, setting.Origin);
        }
        else
        {
            settings.Problems.Add(new(setting.Origin, "include_dir is allowed in the main file only"));
        }
    }

    private void TakeListener(Setting setting, ReadContext context)
    {
        IsServingOthers = true;
        string? host = ListenerValue.HostOf(setting.Text);
        var section = new ListenerSection(ListenerKind.Configured, (int)setting.Number, host, setting.Origin);
        settings.Listeners.Add(section);
        if (setting.Origin.Kind != OriginKind.Environment)
        {
            context.Listener = section; // the environment has no order: what it says holds for all listeners
        }
    }

    private void TakeDefaultListener(Setting setting, ReadContext context)
    {
        IsServingOthers = true;
        ListenerSection section = MakeDefaultListener(setting.Origin);
        section.Origin = setting.Origin;
        if (!settings.Global.TryAdd(setting))
        {
            settings.Problems.Add(new(setting.Origin, $"{setting.Option.Name} is there already"));
        }
        else if (setting.Option.Name == "port")
        {
            section.Port = (int)setting.Number;
        }
        else
        {
            section.Host = setting.Text;
        }

        if (!context.OverridesAll)
        {
            context.Listener = section;
        }
    }

    private ListenerSection MakeDefaultListener(Origin origin)
    {
        if (DefaultListener is null)
        {
            DefaultListener = new ListenerSection(ListenerKind.Default, Address.DefaultPort, null, origin);
            settings.Listeners.Add(DefaultListener);
        }

        return DefaultListener;
    }

    // Once it is true it stays so; what the environment or the command line says was known before the first line.
    private void TakePerListener(Setting setting)
    {
        _ = settings.Global.TryAdd(setting);
        if (perListener is not null || settings.PerListener)
        {
            return;
        }

        settings.PerListener = setting.Number != 0;
        if (settings.PerListener && _hasSecurity)
        {
            settings.Problems.Add(new(
                setting.Origin, "per_listener_settings must come before the options about access"));
        }
    }

    private void TakeConnection(Setting setting, ReadContext context)
    {
        context.Bridge = new SettingTable();
        string name = Words.First(setting.Text, out _);
        if (!_bridges.Add(name))
        {
            settings.Problems.Add(new(setting.Origin, $"connection {Words.Quote(name)} is there already"));
        }
    }

    // One line for each option, however often it is there: a bridge has a dozen topics.
    private void Tell(OptionDefinition option, string spelling, string text, Origin origin)
    {
        string? why = option.UnsupportedValues.GetValueOrDefault(text);
        string name = why is null ? spelling : $"{spelling} {text}";
        why ??= option.Support == OptionSupport.Implemented || text == option.Default ? null : option.Why;
        if (why is null || !_noticed.Add(option.IsPrefix ? option.Name : name))
        {
            return;
        }

        bool isWarning = option.Support != OptionSupport.NoEffect;
        string verdict = isWarning ? "is not supported" : "has no effect";
        settings.Notices.Add(new($"{origin.Short}: option {name} {verdict} ({why})", isWarning));
    }

    private static string Unknown(string name)
    {
        string quoted = Words.Quote(name);
        if (name.StartsWith('#'))
        {
            return $"unknown option {quoted}: a comment begins with the first character of a line";
        }

        if (name.Contains('\t', StringComparison.Ordinal))
        {
            return $"unknown option {quoted}: name and value are separated by a space, not by a tab";
        }

        return OptionCatalogue.Nearest(name) is { } nearest
            ? $"unknown option {quoted}, did you mean {nearest}?"
            : $"unknown option {quoted}";
    }
}
