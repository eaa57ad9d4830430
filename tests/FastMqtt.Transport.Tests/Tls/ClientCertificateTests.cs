// Certificates of clients: who is let in, who is not and why, and what is known of those who are. The same rules for a
// listener and for the verifier that other TLS implementations ask.

using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class ClientCertificateTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TestCertificates _strangers = new("Strange authority");
    private readonly TlsOptions _options = new();

    public ClientCertificateTests()
    {
        _options.Certificates.Add(_certificates.Server("server", "localhost"));
        _options.CaFile = _certificates.CaFile;
        _options.RequireCertificate = true;
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_good_certificate_is_known_by_its_name(SslProtocols version)
    {
        const string Subject = "CN=device 7,OU=\"Größe, Länge\",O=Plant";
        TlsCertificate certificate = _certificates.ClientWithSubject("device", Subject);
        using TlsServer server = new(_options);
        Task<SslStream> connecting = ConnectAsync(server, certificate, version);
        TlsStream stream = server.Accept();
        await using SslStream client = await connecting;
        Assert.Equal("device 7", stream.PeerCommonName);
        Assert.Equal("CN=device 7,OU=Gr\\C3\\B6\\C3\\9Fe\\, L\\C3\\A4nge,O=Plant", stream.PeerSubject);
        Assert.True(Verifies(certificate, out string? reason), reason);
    }

    [Fact]
    public async Task A_list_of_revocations_lets_the_others_in()
    {
        _options.CrlFile = _certificates.Revoke("list.crl", _certificates.Client("other"));
        await AssertAcceptedAsync(_certificates.Client("device"));
    }

    [Fact]
    public Task A_revoked_certificate_is_refused()
    {
        TlsCertificate certificate = _certificates.Client("device");
        _options.CrlFile = _certificates.Revoke("list.crl", certificate);
        return AssertRefusedAsync(certificate, "certificate revoked");
    }

    [Fact]
    public Task An_expired_certificate_is_refused() =>
        AssertRefusedAsync(_certificates.Client("device", isExpired: true), "certificate has expired");

    [Fact]
    public Task A_certificate_of_another_authority_is_refused() =>
        AssertRefusedAsync(_strangers.Client("device"), "unable to get local issuer certificate");

    [Fact]
    public Task A_self_signed_certificate_is_refused()
    {
        TlsCertificate own = new(_strangers.CaFile, _strangers.Write(
            "ca.key", _strangers.Authority.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));
        return AssertRefusedAsync(own, "self-signed certificate");
    }

    [Fact]
    public Task A_servers_certificate_is_no_clients() =>
        AssertRefusedAsync(_certificates.Server("other", "other"), "unsuitable certificate purpose");

    [Fact]
    public async Task No_certificate_is_refused()
    {
        using TlsServer server = new(_options);
        Task<SslStream> connecting = server.ConnectAsync();
        TlsStream stream = server.Accept(out TlsHandshakeStatus status);
        server.End();
        Assert.Equal(TlsHandshakeStatus.Failed, status);
        Assert.Equal("peer did not return a certificate", stream.Failure);
        await AssertTurnedAwayAsync(connecting);
    }

    [Fact]
    public async Task Without_require_certificate_a_client_is_not_asked_for_one()
    {
        _options.RequireCertificate = false;
        using TlsServer server = new(_options);
        Task<SslStream> connecting = ConnectAsync(server, _certificates.Client("device"));
        TlsStream stream = server.Accept();
        await using SslStream client = await connecting;
        Assert.Null(stream.PeerCommonName);
        Assert.Null(client.LocalCertificate);
    }

    [Fact]
    public async Task A_directory_of_authorities_serves_as_well()
    {
        using Process? openssl = Process.Start(
            new ProcessStartInfo("openssl", ["rehash", _certificates.Folder])
            {
                RedirectStandardError = true,
            });
        await openssl!.WaitForExitAsync(TestContext.Current.CancellationToken);
        _options.CaFile = null;
        _options.CaPath = _certificates.Folder;
        await AssertAcceptedAsync(_certificates.Client("device"));
        await AssertRefusedAsync(_strangers.Client("device"), "unable to get local issuer certificate");
    }

    [Fact]
    public void The_verifier_reads_its_files_again()
    {
        TlsCertificate certificate = _certificates.Client("device");
        _options.CrlFile = _certificates.Revoke("list.crl");
        CertificateVerifier verifier = new(_options);
        byte[] bytes = TestCertificates.Load(certificate).RawData;
        Assert.True(verifier.TryVerify(bytes, [], out _));
        _certificates.Revoke("list.crl", certificate);
        verifier.Reload(_options);
        Assert.False(verifier.TryVerify(bytes, [], out string? reason));
        Assert.Equal("certificate revoked", reason);
        Assert.False(verifier.TryVerify([1, 2, 3], [], out reason));
        Assert.Equal("not a certificate", reason);
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _strangers.Dispose();
    }

    private static Task<SslStream> ConnectAsync(
        TlsServer server,
        TlsCertificate certificate,
        SslProtocols version = SslProtocols.None)
    {
        X509Certificate2 loaded = TestCertificates.Load(certificate);
        return server.ConnectAsync(new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = version,
            ClientCertificates = [loaded],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => loaded, // whatever the server says it wants
        });
    }

    // In TLS 1.3 a client may learn it only when it reads.
    private static async Task AssertTurnedAwayAsync(Task<SslStream> connecting) =>
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using SslStream client = await connecting;
            await client.ReadExactlyAsync(new byte[1], TestContext.Current.CancellationToken);
        });

    private async Task AssertAcceptedAsync(TlsCertificate certificate)
    {
        using TlsServer server = new(_options);
        Task<SslStream> connecting = ConnectAsync(server, certificate);
        TlsStream stream = server.Accept();
        await using SslStream client = await connecting;
        Assert.NotNull(stream.PeerCommonName);
        Assert.True(Verifies(certificate, out string? reason), reason);
    }

    private async Task AssertRefusedAsync(TlsCertificate certificate, string expected)
    {
        using TlsServer server = new(_options);
        Task<SslStream> connecting = ConnectAsync(server, certificate);
        TlsStream stream = server.Accept(out TlsHandshakeStatus status);
        server.End();
        Assert.Equal(TlsHandshakeStatus.Failed, status);
        Assert.Contains(expected, stream.Failure, StringComparison.Ordinal);
        await AssertTurnedAwayAsync(connecting);
        Assert.False(Verifies(certificate, out string? reason));
        Assert.Contains(expected, reason, StringComparison.Ordinal);
    }

    private bool Verifies(TlsCertificate certificate, out string? reason)
    {
        using X509Certificate2 loaded = TestCertificates.Load(certificate);
        return new CertificateVerifier(_options).TryVerify(loaded.RawData, [], out reason);
    }
}
