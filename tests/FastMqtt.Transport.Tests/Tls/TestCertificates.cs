// An authority with everything it may sign or revoke, as PEM files in a directory of its own that ends with it.

using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class TestCertificates : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    private readonly X509Certificate2 _authority;
    private int _serial;

    public TestCertificates(string name = "Test authority")
    {
        Folder = Directory.CreateTempSubdirectory("fastmqtt-tls-").FullName;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        _authority = request.CreateSelfSigned(now - Year - Year, now + Year + Year);
        CaFile = Write("ca.crt", _authority.ExportCertificatePem());
    }

    public string Folder { get; }

    public string CaFile { get; }

    public X509Certificate2 Authority => _authority;

    public TlsCertificate Server(string file, params string[] names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            alternatives.AddDnsName(name);
        }

        return Issue(file, $"CN={names[0]}", ServerUse, DateTimeOffset.UtcNow + Year, alternatives.Build());
    }

    public TlsCertificate Client(string commonName, bool isExpired = false) => ClientWithSubject(
        commonName, $"CN={commonName}", DateTimeOffset.UtcNow + (isExpired ? TimeSpan.FromDays(-1) : Year));

    public TlsCertificate ClientWithSubject(string file, string subject, DateTimeOffset? expires = null) =>
        Issue(file, subject, ClientUse, expires ?? DateTimeOffset.UtcNow + Year, null);

    /// <summary>The list of everything this authority has revoked; a file of that name is replaced.</summary>
    public string Revoke(string file, params TlsCertificate[] revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (TlsCertificate certificate in revoked)
        {
            using X509Certificate2 loaded = X509CertificateLoader.LoadCertificateFromFile(certificate.CertificateFile);
            list.AddEntry(loaded);
        }

        byte[] bytes = list.Build(
            _authority, new BigInteger(++_serial), DateTimeOffset.UtcNow + Year, HashAlgorithmName.SHA256);
        return Write(file, PemEncoding.WriteString("X509 CRL", bytes));
    }

    public string Write(string file, string text)
    {
        string path = Path.Combine(Folder, file);
        File.WriteAllText(path, text);
        return path;
    }

    public static X509Certificate2 Load(TlsCertificate certificate) =>
        X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile);

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private TlsCertificate Issue(
        string file, string subject, string use, DateTimeOffset expires, X509Extension? alternatives)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], false));
        if (alternatives is not null)
        {
            request.CertificateExtensions.Add(alternatives);
        }

        byte[] serial = [1, (byte)(++_serial >> 8), (byte)_serial];
        using X509Certificate2 certificate = request.Create(_authority, expires - Year, expires, serial);
        return new TlsCertificate(
            Write($"{file}.crt", certificate.ExportCertificatePem()),
            Write($"{file}.key", key.ExportPkcs8PrivateKeyPem()));
    }
}
