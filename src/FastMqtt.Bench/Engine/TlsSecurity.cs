// TLS of a load generator's connections: the client side of what the broker runs on. Used by one loop's thread.
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Bench.Engine;

public sealed class TlsSecurity : Security
{
    private readonly TlsClient _client;

    private TlsSecurity(TlsClient client) => _client = client;

    /// <summary>For LoadSettings.</summary>
    /// <exception cref="BenchException">The file of authorities is wrong.</exception>
    public static Security Create(string host, string? caFile)
    {
        try
        {
            return new TlsSecurity(new TlsClient(new TlsClientOptions { HostName = host, CaFile = caFile }));
        }
        catch (TlsException exception)
        {
            throw new BenchException(exception.Message, exception);
        }
    }

    internal override void Begin(Connection connection) =>
        connection.Replace(_client.Connect((IPoller)connection.Stream, connection.Handle));

    internal override bool Step(Connection connection)
    {
        var stream = (TlsStream)connection.Stream;
        stream.BeginStep();
        switch (stream.Step())
        {
            case TlsHandshakeStatus.Done:
                stream.BeginData();
                return true;
            case TlsHandshakeStatus.Failed:
                throw new BenchException($"TLS handshake: {stream.Failure}");
            default:
                return false;
        }
    }
}
