// Reads a whole configuration: the file and what it includes, then the environment, then the command line, each
// overriding what came before. Never throws for what they contain: what is wrong is in Settings.Problems.
using System.Globalization;
using System.Net;

namespace FastMqtt.Configuration;

internal sealed class ConfigurationReader
{
    private readonly ConfigurationInput _input;
    private readonly Settings _settings = new();
    private readonly SettingSink _sink;

    private ConfigurationReader(ConfigurationInput input)
    {
        _input = input;
        bool? perListener = ForcedPerListener();
        _settings.PerListener = perListener ?? false;
        _sink = new SettingSink(_settings, Include, perListener);
    }

    public static Settings Read(ConfigurationInput input)
    {
        var reader = new ConfigurationReader(input);
        if (input.File is not null)
        {
            reader.ReadFile(input.File, new ReadContext(isMain: true, overridesAll: false), isIncluded: false);
        }

        reader.ReadEnvironment();
        reader.ReadCommandLine();
        reader.AddListeners();
        return reader._settings;
    }

    // Which table an option about access belongs to must be known before the file's first line.
    private bool? ForcedPerListener()
    {
        bool? forced = null;
        foreach (EnvironmentOption variable in EnvironmentOption.Find(_input.Environment, []))
        {
            forced = variable.Option == "per_listener_settings" ? IsTrue(variable.Value) : forced;
        }

        foreach (string set in _input.Sets)
        {
            forced = set.StartsWith("per_listener_settings=", StringComparison.Ordinal)
                ? IsTrue(set[(set.IndexOf('=', StringComparison.Ordinal) + 1)..])
                : forced;
        }

        return forced;
    }

    private static bool IsTrue(string value) => Words.First(value, out _) is "true" or "1";

    private void ReadFile(string path, ReadContext context, bool isIncluded) =>
        ConfigurationLines.Read(
            path,
            (line, text) => _sink.Take(
                Words.First(text, out string rest), rest, new(OriginKind.File, path, line, isIncluded), context),
            (line, problem) => _settings.Problems.Add(new(new(OriginKind.File, path, line, isIncluded), problem)));

    private void Include(string directory, Origin origin)
    {
        string[]? files = IncludedFiles.Find(directory, out string mistake);
        if (files is null)
        {
            _settings.Problems.Add(new(origin, $"include_dir {mistake}"));
            return;
        }

        foreach (string file in files)
        {
            ReadFile(file, new ReadContext(isMain: false, overridesAll: false), isIncluded: true);
        }
    }

    private void ReadEnvironment()
    {
        var context = new ReadContext(isMain: true, overridesAll: true);
        foreach (EnvironmentOption variable in EnvironmentOption.Find(_input.Environment, _settings.Notices))
        {
            // Line breaks separate the values of an option that may be given several times.
            foreach (string value in variable.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                _sink.Take(variable.Option, value, Origin.Environment(variable.Name), context);
            }
        }
    }

    private void ReadCommandLine()
    {
        var context = new ReadContext(isMain: true, overridesAll: true);
        foreach ((string flag, string option, string value) in _input.Flags)
        {
            _sink.Take(option, value, Origin.CommandLine(flag), context);
        }

        foreach (string set in _input.Sets)
        {
            int equals = set.IndexOf('=', StringComparison.Ordinal);
            var origin = Origin.CommandLine("--set");
            if (equals < 1)
            {
                _settings.Problems.Add(new(origin, $"{Words.Quote(set)} is not option=value"));
                continue;
            }

            _sink.Take(set[..equals], set[(equals + 1)..], origin, context);
        }
    }

    // What the command line adds, what there is when nothing is configured, and what holds for all of them.
    private void AddListeners()
    {
        ListenerSection? inherited = _sink.IsServingOthers ? null : _sink.DefaultListener;
        if (inherited is not null)
        {
            _settings.Listeners.Remove(inherited); // only this machine is served: its settings go there
        }
        else if (_sink.DefaultListener is { } stray
            && _settings.Global.Text("port") is null && _settings.Global.Text("bind_address") is null)
        {
            TellAboutDefaultListener(stray);
        }

        foreach (int port in _input.Ports)
        {
            Add(new ListenerSection(ListenerKind.Loopback, port, null, Origin.CommandLine("-p")), inherited);
        }

        foreach (IPEndPoint endPoint in _input.Listen)
        {
            string host = endPoint.Address.ToString();
            Add(new(ListenerKind.Address, endPoint.Port, host, Origin.CommandLine("--listen")), inherited);
        }

        if (_settings.Listeners.Count == 0)
        {
            Add(new(ListenerKind.Loopback, Address.DefaultPort, null, Origin.Default), inherited);
        }

        foreach (ListenerSection listener in _settings.Listeners)
        {
            listener.Settings.TakeOver(_sink.ForAllListeners);
            listener.Security.TakeOver(_sink.SecurityForAll);
        }
    }

    private void Add(ListenerSection listener, ListenerSection? inherited)
    {
        if (inherited is not null)
        {
            listener.Settings.TakeOver(inherited.Settings);
            listener.Security.TakeOver(inherited.Security);
        }

        _settings.Listeners.Add(listener);
    }

    private void TellAboutDefaultListener(ListenerSection listener)
    {
        string port = Address.DefaultPort.ToString(CultureInfo.InvariantCulture);
        string text = $"{listener.Origin.Short}: a listener's option above the first listener makes one on port {port}";
        _settings.Notices.Add(new(text, IsWarning: true));
    }
}
