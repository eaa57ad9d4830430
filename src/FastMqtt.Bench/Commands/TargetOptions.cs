// The options that every mode has: the broker, who connects, and what the result looks like.
using System.CommandLine;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Commands;

internal sealed class TargetOptions(LoadSettings settings)
{
    private readonly AddressOptions _address = new();

    private readonly SecurityOptions? _security =
        settings.Security is { } create ? new SecurityOptions(create) : null;

    private readonly Option<string?> _userName =
        OptionFactory.Text("--username", "-u", "NAME", "Connect with this user name");

    private readonly Option<string?> _password =
        OptionFactory.Text("--password", string.Empty, "TEXT", "Connect with this password");

    private readonly Option<int> _version = OptionFactory.Number(
        "--mqtt", "-v", "VERSION", "Protocol level: 4 is MQTT 3.1.1, 5 is MQTT 5.0", 4, 4, 5);

    private readonly Option<double> _timeout = OptionFactory.Real(
        "--timeout", string.Empty, "SECONDS", "Give up after so long without progress", 10, 0.1, 3600);

    private readonly Option<int> _process = OptionFactory.Number(
        "--pid", string.Empty, "PID", "The broker's process: its CPU and memory are reported too", null, 1);

    private readonly Option<string?> _label =
        OptionFactory.Text("--label", string.Empty, "TEXT", "Put this into the result");

    private readonly Option<bool> _json = OptionFactory.Switch("--json", "The result as one line of JSON");
    private readonly Option<bool> _table = OptionFactory.Switch("--table", "The result as a table");
    private readonly Option<bool> _progress =
        OptionFactory.Switch("--progress", "A line a second on stderr, also when it is not a terminal");

    public void AddTo(Command command)
    {
        _address.AddTo(command);
        _security?.AddTo(command);
        command.Options.Add(_userName);
        command.Options.Add(_password);
        command.Options.Add(_version);
        command.Options.Add(_timeout);
        command.Options.Add(_process);
        command.Options.Add(_label);
        command.Options.Add(_json);
        command.Options.Add(_table);
        command.Options.Add(_progress);
    }

    public bool IsJson(ParseResult parsed, bool normal) =>
        parsed.GetValue(_json) || (normal && !parsed.GetValue(_table));

    /// <exception cref="BenchException">The host's name cannot be resolved.</exception>
    public LoadOptions Read(ParseResult parsed, LoadMode mode, string topicPrefix) => new()
    {
        Mode = mode,
        Target = _address.Read(parsed),
        TopicPrefix = topicPrefix,
        Security = _security?.Read(parsed, _address.ReadHost(parsed)),
        UserName = parsed.GetValue(_userName),
        Password = parsed.GetValue(_password),
        Version = (ProtocolVersion)parsed.GetValue(_version),
        TimeoutSeconds = parsed.GetValue(_timeout),
        BrokerProcess = parsed.GetValue(_process),
        Label = parsed.GetValue(_label) ?? string.Empty,
        Progress = parsed.GetValue(_progress) || !Console.IsErrorRedirected,
    };
}
