// -h and -p: where the broker is. A name is resolved when the command runs.
using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using FastMqtt.Transport;

namespace FastMqtt.Bench.Commands;

internal sealed class AddressOptions
{
    // The port that the specification's registration gives to MQTT over TCP.
    private const int DefaultPort = 1883;

    private readonly Option<string> _host = new("--host", "-h")
    {
        HelpName = "HOST",
        Description = "Name or address of the broker",
        DefaultValueFactory = static _ => "127.0.0.1",
    };

    private readonly Option<int> _port =
        OptionFactory.Number("--port", "-p", "PORT", "Port of the broker", DefaultPort, 1, ushort.MaxValue);

    public void AddTo(Command command)
    {
        command.Options.Add(_host);
        command.Options.Add(_port);
    }

    public string ReadHost(ParseResult parsed) => parsed.GetRequiredValue(_host);

    /// <summary>As it was typed.</summary>
    public string ReadText(ParseResult parsed) => $"{parsed.GetRequiredValue(_host)}:{parsed.GetValue(_port)}";

    /// <exception cref="BenchException">The host's name cannot be resolved.</exception>
    public IPEndPoint Read(ParseResult parsed)
    {
        string host = parsed.GetRequiredValue(_host);
        try
        {
            return new IPEndPoint(HostAddress.Resolve(host), parsed.GetValue(_port));
        }
        catch (SocketException failure)
        {
            throw new BenchException($"{host}: {failure.Message}", failure);
        }
    }
}
