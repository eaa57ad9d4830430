// Compares the configuration that runs with a new one, option by option, and makes the new one what may run: where a
// change needs a restart, the value that runs is kept in it, so that the next comparison finds the change again.
namespace FastMqtt.Configuration;

internal static class SettingComparison
{
    private const string Nothing = "(not set)";

    /// <summary>What changes; options that need a restart are put back in <paramref name="next"/>.</summary>
    /// <param name="running">What holds now.</param>
    /// <param name="next">What is asked for.</param>
    /// <param name="canApply">Whether a change may be applied as far as the rest of the process is concerned.</param>
    public static List<SettingChange> Reconcile(
        Settings running, Settings next, Func<OptionDefinition, bool> canApply)
    {
        var changes = new List<SettingChange>();
        if (running.PerListener != next.PerListener)
        {
            changes.Add(Change("per_listener_settings", Truth(running.PerListener), Truth(next.PerListener)));
            next.PerListener = running.PerListener; // where access is looked up cannot change under connected clients
            KeepSecurity(running, next);
        }

        Compare(running.Global, next.Global, string.Empty, canApply, changes);
        Compare(running.Security, next.Security, string.Empty, canApply, changes);
        CompareListeners(running, next, canApply, changes);
        return changes;
    }

    private static SettingChange Change(string name, string before, string after) =>
        new(name, OptionCatalogue.Get(name), before, after, IsApplied: false);

    private static string Truth(bool value) => value ? "true" : "false";

    private static void KeepSecurity(Settings running, Settings next)
    {
        Copy(running.Security, next.Security);
        foreach (ListenerSection listener in next.Listeners)
        {
            if (Find(running, listener) is { } same)
            {
                Copy(same.Security, listener.Security);
            }
        }
    }

    private static void Copy(SettingTable from, SettingTable to)
    {
        foreach (string name in NamesOf(from, to))
        {
            to.Replace(name, from.FindAll(name));
        }
    }

    private static void CompareListeners(
        Settings running, Settings next, Func<OptionDefinition, bool> canApply, List<SettingChange> changes)
    {
        for (int i = next.Listeners.Count - 1; i >= 0; i--)
        {
            ListenerSection listener = next.Listeners[i];
            if (Find(running, listener) is { } same)
            {
                string place = $" (listener {listener.Label})";
                Compare(same.Settings, listener.Settings, place, canApply, changes);
                Compare(same.Security, listener.Security, place, canApply, changes);
            }
            else
            {
                changes.Add(Change("listener", Nothing, listener.Label));
                next.Listeners.RemoveAt(i); // it does not run
            }
        }

        for (int i = 0; i < running.Listeners.Count; i++)
        {
            if (Find(next, running.Listeners[i]) is null)
            {
                changes.Add(Change("listener", running.Listeners[i].Label, Nothing));
                next.Listeners.Insert(Math.Min(i, next.Listeners.Count), running.Listeners[i]); // it still runs
            }
        }
    }

    private static ListenerSection? Find(Settings settings, ListenerSection wanted)
    {
        foreach (ListenerSection listener in settings.Listeners)
        {
            if (listener.Key == wanted.Key)
            {
                return listener;
            }
        }

        return null;
    }

    private static void Compare(
        SettingTable before,
        SettingTable after,
        string place,
        Func<OptionDefinition, bool> canApply,
        List<SettingChange> changes)
    {
        foreach (string name in NamesOf(before, after))
        {
            OptionDefinition option = OptionCatalogue.Get(name);
            string old = Shown(option, before);
            string now = Shown(option, after);
            bool isSame = string.Join('\n', before.Texts(name)) == string.Join('\n', after.Texts(name));
            bool isOfListeners = name is "per_listener_settings" or "port" or "bind_address" or "include_dir";
            if (isSame || isOfListeners || (old == now && !option.IsSecret))
            {
                continue;
            }

            bool isApplied = option.Support == OptionSupport.Implemented
                && option.Reload == ReloadRule.Applied && canApply(option);
            if (!isApplied)
            {
                after.Replace(name, before.FindAll(name));
            }

            changes.Add(new SettingChange(name + place, option, old, now, isApplied));
        }
    }

    private static SortedSet<string> NamesOf(SettingTable a, SettingTable b)
    {
        var names = new SortedSet<string>(a.Names, StringComparer.Ordinal);
        names.UnionWith(b.Names);
        return names;
    }

    private static string Shown(OptionDefinition option, SettingTable table)
    {
        IReadOnlyList<Setting> values = table.FindAll(option.Name);
        if (values.Count == 0)
        {
            return option.Default.Length > 0 ? option.Default : Nothing;
        }

        string shown = values[0].Shown;
        for (int i = 1; i < values.Count; i++)
        {
            shown += $", {values[i].Shown}";
        }

        return shown;
    }
}
