// What can only be seen when everything is read: files that are missing or unreadable, halves of pairs, listeners that
// take each other's address, options that exclude each other. Run at start, by "check" and by a reload.
using System.Security.Cryptography;

namespace FastMqtt.Configuration;

internal static class ConfigurationChecks
{
    // Bytes of a PEM file that are looked at: certificate authorities of a whole system are some 200 KB.
    private const int PemBytesMax = 4 << 20;

    private static readonly string[] Pairs = ["certfile", "keyfile"];
    private static readonly string[] NeedCertificate = ["cafile", "capath", "crlfile", "sni_certfile", "sni_keyfile"];

    public static void Run(Settings settings)
    {
        Numbers(settings.Global, settings.Problems);
        Files(settings.Global, settings.Problems);
        Files(settings.Security, settings.Problems);
        for (int i = 0; i < settings.Listeners.Count; i++)
        {
            ListenerSection listener = settings.Listeners[i];
            Files(listener.Settings, settings.Problems);
            Files(listener.Security, settings.Problems);
            Tls(settings, listener);
            Proxy(listener, settings.Problems);
            Addresses(settings, i);
        }
    }

    private static void Numbers(SettingTable global, List<Problem> problems)
    {
        long dispatchers = Math.Max(1, global.Number("dispatchers") ?? 1);
        if (global.TryFind("global_max_clients", out Setting? sessions)
            && sessions.Number >= 0 && sessions.Number < dispatchers)
        {
            problems.Add(new(sessions.Origin, "global_max_clients must not be less than dispatchers"));
        }

        long connect = global.Number("connect_timeout") ?? NumberOf("connect_timeout");
        long login = global.Number("login_delay") ?? NumberOf("login_delay");
        if (login >= connect)
        {
            Setting? cause = global.TryFind("login_delay", out Setting? delay) ? delay : null;
            cause ??= global.TryFind("connect_timeout", out Setting? timeout) ? timeout : null;
            problems.Add(new(cause!.Origin, "login_delay must be less than connect_timeout"));
        }
    }

    private static long NumberOf(string option) =>
        long.Parse(OptionCatalogue.Get(option).Default, System.Globalization.CultureInfo.InvariantCulture);

    private static void Files(SettingTable table, List<Problem> problems)
    {
        foreach (string name in table.Names)
        {
            foreach (Setting setting in table.FindAll(name))
            {
                bool isPath = setting.Option.Kind is OptionKind.InputFile or OptionKind.Directory
                    && name is not ("include_dir" or "persistence_location"); // looked at elsewhere
                if (isPath && setting.Option.Support == OptionSupport.Implemented
                    && FaultOf(setting) is { } fault)
                {
                    problems.Add(new(setting.Origin, $"{name} {Words.Quote(setting.Text)} {fault}"));
                }
            }
        }
    }

    private static string? FaultOf(Setting setting)
    {
        if (setting.Option.Kind == OptionKind.Directory)
        {
            return Directory.Exists(setting.Text) ? null : "is not a directory";
        }

        if (Directory.Exists(setting.Text))
        {
            return "is a directory";
        }

        try
        {
            using var stream = new FileStream(setting.Text, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return PemLabel(setting.Option.Name) is { } label && !ContainsPem(stream, label)
                ? $"contains no PEM {label}"
                : null;
        }
        catch (Exception exception) when (FileFaults.Describe(exception) is not null)
        {
            return FileFaults.Describe(exception);
        }
    }

    private static string? PemLabel(string option) => option switch
    {
        "certfile" or "sni_certfile" or "cafile" => "CERTIFICATE",
        "keyfile" or "sni_keyfile" => "PRIVATE KEY",
        "crlfile" => "X509 CRL",
        _ => null,
    };

    // Labels vary: TRUSTED CERTIFICATE, EC PRIVATE KEY. A key that asks for a password cannot be asked for it.
    private static bool ContainsPem(FileStream stream, string label)
    {
        var bytes = new byte[(int)Math.Min(stream.Length, PemBytesMax)];
        stream.ReadExactly(bytes);
        ReadOnlySpan<char> text = System.Text.Encoding.Latin1.GetString(bytes);
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            ReadOnlySpan<char> found = text[fields.Label];
            if (found.EndsWith(label) && !found.StartsWith("ENCRYPTED"))
            {
                return true;
            }

            text = text[fields.Location.End..];
        }

        return false;
    }

    private static void Tls(Settings settings, ListenerSection listener)
    {
        SettingTable own = listener.Settings;
        List<Problem> problems = settings.Problems;
        bool hasCertificate = own.TryFind("certfile", out Setting? certificate);
        bool hasKey = own.TryFind("keyfile", out Setting? key);
        if (hasCertificate != hasKey)
        {
            Setting half = (certificate ?? key)!;
            string other = half.Option.Name == Pairs[0] ? Pairs[1] : Pairs[0];
            problems.Add(new(half.Origin, $"{half.Option.Name} needs {other} too (listener {listener.Label})"));
        }

        if (own.TryFind("psk_hint", out Setting? hint) && (hasCertificate || own.Text("cafile") is not null))
        {
            problems.Add(new(hint.Origin, "psk_hint and certificates exclude each other in one listener"));
        }

        if (hint is not null && settings.SecurityOf(listener).Text("psk_file") is null)
        {
            problems.Add(new(hint.Origin, $"psk_hint needs psk_file too (listener {listener.Label})"));
        }

        foreach (string name in NeedCertificate)
        {
            if (!hasCertificate && own.TryFind(name, out Setting? setting))
            {
                problems.Add(new(setting.Origin, $"{name} needs certfile and keyfile too (listener {listener.Label})"));
            }
        }

        bool isVerifying = own.Text("cafile") is not null || own.Text("capath") is not null;
        if (own.Flag("require_certificate") == true && hasCertificate && !isVerifying)
        {
            _ = own.TryFind("require_certificate", out Setting? required);
            problems.Add(new(required!.Origin, "require_certificate needs cafile or capath too: nobody could connect"));
        }

        if (own.FindAll("sni_certfile").Count != own.FindAll("sni_keyfile").Count)
        {
            problems.Add(new(listener.Origin, "there must be as many sni_certfile as sni_keyfile"));
        }
    }

    // With version 2 the proxy ends TLS: certificates here would never be shown to anybody.
    private static void Proxy(ListenerSection listener, List<Problem> problems)
    {
        if (listener.Settings.Number("enable_proxy_protocol") != 2)
        {
            return;
        }

        string[] excluded = ["certfile", "keyfile", "use_subject_as_username"];
        foreach (string name in excluded)
        {
            if (listener.Settings.TryFind(name, out Setting? setting) && setting.Text != "false")
            {
                problems.Add(new(setting.Origin, $"{name} cannot be used with enable_proxy_protocol 2"));
            }
        }
    }

    private static void Addresses(Settings settings, int index)
    {
        ListenerSection listener = settings.Listeners[index];
        for (int i = 0; i < index; i++)
        {
            ListenerSection earlier = settings.Listeners[i];
            bool isSame = listener.IsUnix
                ? earlier.IsUnix && earlier.Host == listener.Host
                : !earlier.IsUnix && listener.Port != 0 && earlier.Port == listener.Port && Overlap(earlier, listener);
            if (isSame)
            {
                string where = $"listener {listener.Label} takes the address of listener {earlier.Label}";
                settings.Problems.Add(new(listener.Origin, $"{where} ({earlier.Origin})"));
            }
        }
    }

    // Two names may be one address; only the bind knows. An interface may keep two listeners on every address apart.
    private static bool Overlap(ListenerSection a, ListenerSection b)
    {
        bool isSplit = a.Settings.Text("bind_interface") != b.Settings.Text("bind_interface")
            || (a.Settings.Text("socket_domain") is { } domain && b.Settings.Text("socket_domain") is { } other
                && domain != other);
        bool isAny = IsAny(a) || IsAny(b);
        return !isSplit && (isAny || (a.Kind == b.Kind && a.Host == b.Host));
    }

    private static bool IsAny(ListenerSection listener) =>
        listener.Kind != ListenerKind.Loopback && listener.Host is null or "0.0.0.0" or "::";
}
