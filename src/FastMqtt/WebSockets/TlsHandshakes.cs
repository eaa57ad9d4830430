// TLS in front of a listener's HTTP: a handshake for each connection, with a time-out and a cap on how many there are
// at a time; then the HTTP server reads and writes through it. A verified client certificate goes along as a feature.
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Transport.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace FastMqtt.WebSockets;

internal sealed class TlsHandshakes(CertificateStore certificates, TimeSpan timeout, ILogger log)
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(useZeroByteReads: true, leaveOpen: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(leaveOpen: true);

    private int _running;

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IDuplexPipe transport = connection.Transport;
        var tls = new SslStream(new DuplexPipeStream(transport), leaveInnerStreamOpen: true);
        await using (tls.ConfigureAwait(false))
        {
            if (!await TryHandshakeAsync(tls, connection).ConfigureAwait(false))
            {
                return;
            }

            if (tls.RemoteCertificate is X509Certificate2 certificate)
            {
                connection.Features.Set(PeerCertificate.From(certificate));
            }

            var secured = new SecuredPipe(PipeReader.Create(tls, ReaderOptions), PipeWriter.Create(tls, WriterOptions));
            connection.Transport = secured;
            try
            {
                await next(connection).ConfigureAwait(false);
                await secured.Input.CompleteAsync().ConfigureAwait(false);
                await secured.Output.CompleteAsync().ConfigureAwait(false);
                await tls.ShutdownAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException
                or InvalidOperationException)
            {
                // The peer has gone: there is nobody to say good-bye to.
            }
            finally
            {
                connection.Transport = transport;
            }
        }
    }

    private async Task<bool> TryHandshakeAsync(SslStream tls, ConnectionContext connection)
    {
        if (Interlocked.Increment(ref _running) > WebSocketLimits.Handshakes)
        {
            Interlocked.Decrement(ref _running);
            return Fail(connection, "too many at a time");
        }

        using var limit = new CancellationTokenSource(timeout);
        try
        {
            await tls.AuthenticateAsServerAsync(
                (_, hello, _, _) => new ValueTask<SslServerAuthenticationOptions>(
                    certificates.Current.Select(hello.ServerName)),
                null,
                limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException
            or OperationCanceledException or InvalidOperationException)
        {
            return Fail(connection, exception.InnerException?.Message ?? exception.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private bool Fail(ConnectionContext connection, string reason)
    {
        WebSocketLog.HandshakeFailed(log, connection.RemoteEndPoint?.ToString() ?? "unix", reason);
        return false;
    }

    private sealed record SecuredPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
