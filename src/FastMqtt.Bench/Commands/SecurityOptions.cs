// --tls, --cafile and --insecure, for the programs that have TLS.
using System.CommandLine;
using FastMqtt.Bench.Engine;

namespace FastMqtt.Bench.Commands;

internal sealed class SecurityOptions(Func<string, string?, Security> create)
{
    private readonly Option<bool> _tls = OptionFactory.Switch("--tls", "Connect with TLS");

    private readonly Option<string?> _caFile = OptionFactory.Text(
        "--cafile", string.Empty, "FILE", "Authorities that the broker is verified against; implies --tls");

    private readonly Option<bool> _insecure =
        OptionFactory.Switch("--insecure", "With --tls: whatever certificate the broker shows will do");

    public void AddTo(Command command)
    {
        command.Options.Add(_tls);
        command.Options.Add(_caFile);
        command.Options.Add(_insecure);
    }

    /// <summary>Null: no TLS.</summary>
    /// <exception cref="BenchException">What was asked for is not clear, or cannot be had.</exception>
    public Security? Read(ParseResult parsed, string host)
    {
        string? caFile = parsed.GetValue(_caFile);
        bool isInsecure = parsed.GetValue(_insecure);
        if (!parsed.GetValue(_tls) && caFile is null)
        {
            return isInsecure ? throw new BenchException("--insecure needs --tls") : null;
        }

        return (caFile is null) == isInsecure
            ? create(host, caFile)
            : throw new BenchException("--tls needs --cafile, or --insecure to trust any broker");
    }
}
