// Files that change while the broker runs, and files that are wrong.

using System.Net.Security;
using System.Security.Cryptography;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class ReloadTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TlsOptions _options = new();

    [Fact]
    public async Task New_connections_get_the_new_certificate_and_established_ones_stay()
    {
        TlsCertificate first = _certificates.Server("server", "first");
        _options.Certificates.Add(first);
        using TlsServer server = new(_options);
        Assert.False(server.Context.IsStale());
        Task<SslStream> connecting = server.ConnectAsync();
        server.Accept();
        await using SslStream client = await connecting;
        Assert.Equal("CN=first", client.RemoteCertificate!.Subject);

        _certificates.Server("server", "second");
        Assert.True(server.Context.IsStale());
        server.Context.Reload();
        Assert.False(server.Context.IsStale());
        await client.WriteAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);
        server.Echo();
        await client.ReadExactlyAsync(new byte[5], TestContext.Current.CancellationToken);

        connecting = server.ConnectAsync();
        server.Accept();
        await using SslStream next = await connecting;
        Assert.Equal("CN=second", next.RemoteCertificate!.Subject);
    }

    [Fact]
    public void A_bad_file_keeps_what_there_was_and_is_tried_once_until_it_changes()
    {
        TlsCertificate certificate = _certificates.Server("server", "first");
        _options.Certificates.Add(certificate);
        TlsContext context = new(_options);
        DateTimeOffset? expires = context.Expires;
        File.WriteAllText(certificate.CertificateFile, "no certificate");
        Assert.True(context.IsStale());
        TlsException refused = Assert.Throws<TlsException>(() => context.Reload());
        Assert.Contains(certificate.CertificateFile, refused.Message, StringComparison.Ordinal);
        Assert.False(context.IsStale());
        Assert.Equal(expires, context.Expires);
        _certificates.Server("server", "second");
        Assert.True(context.IsStale());
        context.Reload();
        Assert.False(context.IsStale());
    }

    // As Kubernetes does it: the file is a link into a directory that is itself a link, and that one is replaced.
    [Fact]
    public void A_directory_swapped_behind_a_link_is_a_change()
    {
        TlsCertificate certificate = _certificates.Server("server", "first");
        string folder = _certificates.Folder;
        foreach (string version in new[] { "v1", "v2" })
        {
            Directory.CreateDirectory(Path.Combine(folder, version));
            File.Copy(certificate.CertificateFile, Path.Combine(folder, version, "tls.crt"));
            File.Copy(certificate.KeyFile, Path.Combine(folder, version, "tls.key"));
        }

        string data = Path.Combine(folder, "data");
        Directory.CreateSymbolicLink(data, "v1");
        string crt = Path.Combine(folder, "tls.crt");
        string key = Path.Combine(folder, "tls.key");
        File.CreateSymbolicLink(crt, "data/tls.crt");
        File.CreateSymbolicLink(key, "data/tls.key");
        _options.Certificates.Add(new TlsCertificate(crt, key));
        TlsContext context = new(_options);
        Assert.False(context.IsStale());
        string next = Path.Combine(folder, "next");
        Directory.CreateSymbolicLink(next, "v2");
        Assert.False(context.IsStale());
        Directory.Delete(data);
        Directory.Move(next, data);
        Assert.True(context.IsStale());
        context.Reload();
        Assert.False(context.IsStale());
    }

    [Fact]
    public void Each_file_counts()
    {
        _options.Certificates.Add(_certificates.Server("server", "first"));
        _options.CaFile = _certificates.CaFile;
        _options.CrlFile = _certificates.Revoke("list.crl");
        _options.PskFile = _certificates.Write("keys", "a:00\n");
        TlsContext context = new(_options);
        string[] files =
        [
            _options.Certificates[0].CertificateFile, _options.Certificates[0].KeyFile, _options.CaFile,
            _options.CrlFile, _options.PskFile,
        ];
        foreach (string file in files)
        {
            Assert.False(context.IsStale(), file);
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddSeconds(1));
            Assert.True(context.IsStale(), file);
            context.Reload();
        }
    }

    [Fact]
    public void What_is_wrong_at_the_start_is_named_with_its_reason()
    {
        TlsCertificate good = _certificates.Server("server", "localhost");
        TlsCertificate other = _certificates.Server("other", "localhost");
        string garbage = _certificates.Write("garbage", "no certificate");
        const string Missing = "/nonexistent/file";
        AssertWrong(Of(good with { CertificateFile = Missing }), Missing, "No such file or directory");
        AssertWrong(Of(good with { CertificateFile = garbage }), garbage, "no start line");
        AssertWrong(Of(good with { KeyFile = Missing }), Missing, "No such file or directory");
        AssertWrong(Of(good with { KeyFile = garbage }), garbage, "not a PEM key without a pass phrase");
        AssertWrong(Of(good with { KeyFile = Encrypted() }), "keyfile", "not a PEM key without a pass phrase");
        AssertWrong(Of(good with { KeyFile = other.KeyFile }), other.KeyFile, "key values mismatch");
        AssertWrong(Of(good, o => o.CaFile = Missing), "cafile " + Missing, "No such file or directory");
        AssertWrong(Of(good, o => o.CaFile = garbage), "cafile " + garbage, "no certificate or crl found");
        AssertWrong(Of(good, o => o.CaPath = Missing), "capath " + Missing, "no such directory");
        AssertWrong(Of(good, o => o.CrlFile = garbage), "crlfile " + garbage, "no start line");
        AssertWrong(Of(good, o => o.Ciphers = "NONE-SUCH"), "ciphers \"NONE-SUCH\"", "no cipher match");
        AssertWrong(Of(good, o => o.CipherSuites = "NONE-SUCH"), "ciphers_tls1.3 \"NONE-SUCH\"", "");
        AssertWrong(Of(good, o => o.DhParameterFile = garbage), "dhparamfile " + garbage, "");
        AssertWrong(Of(good, o => o.PskFile = Missing), "psk_file " + Missing, "");
        AssertWrong(Of(good, o => o.PskFile = garbage), $"psk_file {garbage}, line 1", "not identity:key");
        string badKey = _certificates.Write("bad", "a:00\nb:secret\n");
        AssertWrong(Of(good, o => o.PskFile = badKey), $"psk_file {badKey}, line 2", "not hexadecimal");
        AssertWrong(new TlsOptions(), "certfile", "psk_file");
        TlsOptions versions = Of(good, o => o.MinimumVersion = TlsVersion.Tls13);
        versions.MaximumVersion = TlsVersion.Tls12;
        AssertWrong(versions, "tls_version", "newer");
    }

    public void Dispose() => _certificates.Dispose();

    private string Encrypted()
    {
        using ECDsa key = ECDsa.Create();
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000);
        return _certificates.Write("encrypted.key", key.ExportEncryptedPkcs8PrivateKeyPem("secret", parameters));
    }

    private static TlsOptions Of(TlsCertificate certificate, Action<TlsOptions>? change = null)
    {
        TlsOptions options = new();
        options.Certificates.Add(certificate);
        change?.Invoke(options);
        return options;
    }

    private static void AssertWrong(TlsOptions options, string what, string reason)
    {
        TlsException wrong = Assert.Throws<TlsException>(() => new TlsContext(options));
        Assert.Contains(what, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", wrong.Message, StringComparison.Ordinal);
    }
}
