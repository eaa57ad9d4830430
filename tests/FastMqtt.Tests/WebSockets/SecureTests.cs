// wss: which certificate is shown, which versions are spoken, who is let in by a certificate, and files that change.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Transport.Tls;
using FastMqtt.WebSockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FastMqtt.Tests.WebSockets;

#pragma warning disable CA5398 // versions are what is tested
#pragma warning disable CA2025 // every opening is awaited
#pragma warning disable CA5359 // so is what the server shows, whoever signed it

public class SecureTests
{
    [Theory]
    [InlineData("localhost", "CN=localhost")]
    [InlineData("one.example.org", "CN=one.example.org")]
    [InlineData("two.example.org", "CN=two.example.org")]
    [InlineData("other.example.org", "CN=localhost")]
    public async Task certificate_that_matches_the_server_name_is_shown(string name, string subject)
    {
        using var files = new CertificateFiles();
        TlsOptions tls = files.Server("localhost", "one.example.org", "two.example.org");
        await using WebSocketBroker broker = await StartAsync(tls);
        (string shown, SslProtocols _) = await HandshakeAsync(broker, name);
        Assert.Equal(subject, shown);
    }

    [Theory]
    [InlineData(TlsVersion.Tls12, TlsVersion.Tls13, SslProtocols.Tls12, true)]
    [InlineData(TlsVersion.Tls12, TlsVersion.Tls13, SslProtocols.Tls13, true)]
    [InlineData(TlsVersion.Tls13, TlsVersion.Tls13, SslProtocols.Tls12, false)]
    [InlineData(TlsVersion.Tls12, TlsVersion.Tls12, SslProtocols.Tls13, false)]
    public async Task only_configured_versions_are_spoken(
        TlsVersion least, TlsVersion most, SslProtocols offered, bool isSpoken)
    {
        using var files = new CertificateFiles();
        TlsOptions tls = files.Server();
        (tls.MinimumVersion, tls.MaximumVersion) = (least, most);
        await using WebSocketBroker broker = await StartAsync(tls);
        Task<(string, SslProtocols Version)> handshake = HandshakeAsync(broker, "localhost", offered);
        if (isSpoken)
        {
            Assert.Equal(offered, (await handshake).Version);
        }
        else
        {
            await Assert.ThrowsAnyAsync<Exception>(() => handshake);
        }
    }

    [Theory]
    [InlineData("valid", true)]
    [InlineData("none", false)]
    [InlineData("expired", false)]
    [InlineData("self-signed", false)]
    [InlineData("revoked", false)]
    [InlineData("server", false)]
    [InlineData("list expired", false)]
    [InlineData("list of others", false)]
    public async Task only_verified_client_certificates_are_let_in(string kind, bool isLetIn)
    {
        using var files = new CertificateFiles();
        (X509Certificate2 certificate, byte[] serial) = files.Sign(
            "CN=device", kind == "server" ? "localhost" : null, kind == "expired" ? -1 : 5, kind == "self-signed");
        TlsOptions tls = files.Server();
        tls.CaFile = files.CaFile;
        tls.RequireCertificate = true;
        using var others = new CertificateFiles();
        tls.CrlFile = (kind == "list of others" ? others : files).Revoke(
            DateTimeOffset.UtcNow.AddDays(kind == "list expired" ? -1 : 1), kind == "revoked" ? serial : [0x22, 1]);
        await using WebSocketBroker broker = await StartAsync(tls);
        Task<ClientWebSocket> opening = broker.OpenAsync(
            trust: files, certificate: kind == "none" ? null : certificate);
        if (isLetIn)
        {
            using ClientWebSocket socket = await opening;
            await socket.ConnectAsync("c");
        }
        else
        {
            await Assert.ThrowsAsync<WebSocketException>(() => opening);
            await broker.StopAsync();
        }
    }

    [Fact]
    public async Task reload_takes_new_certificates_and_keeps_the_old_when_they_are_bad()
    {
        using var files = new CertificateFiles();
        TlsOptions tls = files.Server();
        await using WebSocketBroker broker = await StartAsync(tls);
        using ClientWebSocket before = await broker.OpenAsync(trust: files);
        files.Write("localhost", files.Sign("CN=renewed", "localhost").Certificate);
        broker.Server.Reload();
        Assert.Equal("CN=renewed", (await HandshakeAsync(broker, "localhost")).Subject);
        await File.WriteAllTextAsync(files.Path("localhost.key"), "not a key", WebSocketBroker.Cancelled);
        broker.Server.Reload();
        Assert.Equal("CN=renewed", (await HandshakeAsync(broker, "localhost")).Subject);
        await before.ConnectAsync("still-here");
        string log = await broker.StopAsync();
        Assert.Contains("cannot be read, the old ones stay", log, StringComparison.Ordinal);
    }

    [Fact]
    public void files_are_read_again_when_a_link_to_them_changes()
    {
        using var files = new CertificateFiles();
        using var others = new CertificateFiles();
        _ = files.Server();
        others.Write("localhost", others.Sign("CN=renewed", "localhost").Certificate);
        string folder = files.Path("current");
        Directory.CreateSymbolicLink(folder, Path.GetDirectoryName(files.CaFile)!);
        var tls = new TlsOptions();
        tls.Certificates.Add(new TlsCertificate(
            Path.Combine(folder, "localhost.crt"), Path.Combine(folder, "localhost.key")));
        var time = new FakeTimeProvider();
        using var store = new CertificateStore(tls, "test", NullLogger.Instance, time);
        CertificateSet first = store.Current;
        time.Advance(WebSocketLimits.CertificatePoll);
        Assert.Same(first, store.Current);
        Directory.Delete(folder);
        Directory.CreateSymbolicLink(folder, Path.GetDirectoryName(others.CaFile)!);
        time.Advance(WebSocketLimits.CertificatePoll);
        Assert.Equal(
            "CN=renewed", store.Current.Select("localhost").ServerCertificateContext!.TargetCertificate.Subject);
    }

    [Theory]
    [InlineData("missing.crt", "missing.key")]
    [InlineData("ca.crt", "localhost.key")]
    public async Task certificate_that_cannot_be_used_is_named_at_start(string certificate, string key)
    {
        using var files = new CertificateFiles();
        _ = files.Server();
        var tls = new TlsOptions();
        tls.Certificates.Add(new TlsCertificate(files.Path(certificate), files.Path(key)));
        CertificateException failure = await Assert.ThrowsAsync<CertificateException>(() => StartAsync(tls));
        Assert.Contains(certificate, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CN=device", "device", "CN=device")]
    [InlineData("CN=device 1, O=Example, S=Berlin, C=DE", "device 1", "CN=device 1,O=Example,ST=Berlin,C=DE")]
    [InlineData("CN=a+b, O=\"Example, Inc. <x>\"", "a+b", "CN=a\\+b,O=Example\\, Inc. \\<x\\>")]
    [InlineData("CN=\"#a \"", "#a ", "CN=\\#a\\ ")]
    [InlineData("O=Ünit", null, "O=\\C3\\9Cnit")]
    public void subject_is_written_as_rfc_2253_says(string subject, string? commonName, string written)
    {
        using var files = new CertificateFiles();
        Assert.Equal(new PeerCertificate(commonName, written), PeerCertificate.From(files.Sign(subject).Certificate));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x16, 3, 1 })]
    public async Task half_a_handshake_ends_at_the_time_out(byte[] hello)
    {
        using var files = new CertificateFiles();
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback(files.Server()))
            {
                RequestTimeout = TimeSpan.FromMilliseconds(500),
            });
        using TcpClient client = await DialAsync(broker);
        await client.GetStream().WriteAsync(hello, WebSocketBroker.Cancelled);
        await EndAsync(client);
    }

    [Fact]
    public async Task handshake_beyond_the_maximum_is_closed_and_the_others_go_on()
    {
        using var files = new CertificateFiles();
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback(files.Server()))
            {
                RequestTimeout = WebSocketBroker.Patience,
            });
        var clients = new List<TcpClient>();
        var ends = new List<Task>();
        for (int i = 0; i <= WebSocketLimits.Handshakes; i++)
        {
            clients.Add(await DialAsync(broker));
            ends.Add(EndAsync(clients[i]));
        }

        Task closed = await Task.WhenAny(ends);
        await closed;
        _ = Assert.Single(ends, end => end.IsCompleted);
        using TcpClient goes = clients[ends.IndexOf(closed) == 0 ? 1 : 0];
        goes.Close();
        while (true)
        {
            try
            {
                await HandshakeAsync(broker, "localhost");
                break;
            }
            catch (IOException)
            {
                // The listener has not seen yet that one has gone.
            }
        }

        foreach (TcpClient client in clients)
        {
            client.Dispose(); // which ends what still waits in EndAsync
        }
    }

    private static async Task<TcpClient> DialAsync(WebSocketBroker broker)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, broker.Port, WebSocketBroker.Cancelled);
        return client;
    }

    // Returns when the broker has ended the connection without a word.
    private static async Task EndAsync(TcpClient client)
    {
        int count = await client.GetStream().ReadAsync(new byte[1], WebSocketBroker.Cancelled).AsTask()
            .WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled);
        Assert.Equal(0, count);
    }

    private static Task<WebSocketBroker> StartAsync(TlsOptions tls) =>
        WebSocketBroker.StartAsync(new WebSocketListenerOptions(WebSocketBroker.Loopback(tls)));

    private static async Task<(string Subject, SslProtocols Version)> HandshakeAsync(
        WebSocketBroker broker, string name, SslProtocols versions = SslProtocols.None)
    {
        using TcpClient client = await DialAsync(broker);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                EnabledSslProtocols = versions,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            WebSocketBroker.Cancelled).WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled);
        return (tls.RemoteCertificate!.Subject, tls.SslProtocol);
    }
}
