// The configuration as it holds, for "fastmqtt check": every option with its value and where that comes from. One line
// each, in the form of the file, so that it can be read by whoever reads that. Never a secret.
namespace FastMqtt.Configuration;

internal static class EffectiveReport
{
    // Columns before the origin; a longer value pushes it to the right.
    private const int OriginColumn = 48;

    public static void Write(Settings settings, TextWriter output)
    {
        output.WriteLine("# the broker");
        Write(settings.Global, OptionScope.Global, output);
        if (!settings.PerListener)
        {
            output.WriteLine();
            output.WriteLine("# access, all listeners");
            Write(settings.Security, OptionScope.Security, output);
        }

        foreach (ListenerSection listener in settings.Listeners)
        {
            output.WriteLine();
            Line(output, Head(listener), listener.Origin);
            Anonymous(settings, listener, output);
            Write(listener.Settings, OptionScope.Listener, output);
            if (settings.PerListener)
            {
                Write(listener.Security, OptionScope.Security, output);
            }
        }
    }

    // Whether anonymous clients come in is the first thing to know about a listener, and the hardest to see in a file.
    private static void Anonymous(Settings settings, ListenerSection listener, TextWriter output)
    {
        bool isSaid = listener.Settings.TryFind("listener_allow_anonymous", out _)
            || settings.SecurityOf(listener).TryFind("allow_anonymous", out _);
        if (!isSaid)
        {
            string value = listener.IsOpenByDefault ? "true" : "false";
            Line(output, $"listener_allow_anonymous {value}", Origin.Default);
        }
    }

    private static string Head(ListenerSection listener) => listener.Kind == ListenerKind.Loopback
        ? $"listener {listener.Port} 127.0.0.1 ::1"
        : $"listener {listener.Port} {listener.Host}".TrimEnd();

    private static void Write(SettingTable table, OptionScope scope, TextWriter output)
    {
        foreach (OptionDefinition option in OptionCatalogue.All)
        {
            if (option.Scope != scope || option.Name is "listener" or "port" or "bind_address")
            {
                continue;
            }

            IReadOnlyList<Setting> values = table.FindAll(option.Name);
            foreach (Setting setting in values)
            {
                Line(output, $"{option.Name} {setting.Shown}", setting.Origin);
            }

            if (values.Count == 0 && option.Default.Length > 0 && option.Support == OptionSupport.Implemented)
            {
                Line(output, $"{option.Name} {option.Default}", Origin.Default);
            }
        }
    }

    private static void Line(TextWriter output, string text, Origin origin) =>
        output.WriteLine($"{text.PadRight(OriginColumn)} # {origin}");
}
