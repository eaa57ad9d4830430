// Certificates of a test: one authority, what it signs, and its revocation list, as PEM files in a folder of their own.
// The folder is gone at the end.
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Tests.WebSockets;

internal sealed class CertificateFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastmqtt-");
    private readonly ECDsa _authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public CertificateFiles()
    {
        var request = new CertificateRequest("CN=Test authority", _authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));
        File.WriteAllText(CaFile, Authority.ExportCertificatePem());
    }

    public X509Certificate2 Authority { get; }

    public string CaFile => Path("ca.crt");

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>TLS with a certificate for each name, the first one also when nothing matches.</summary>
    public TlsOptions Server(params string[] names)
    {
        var options = new TlsOptions();
        foreach (string name in names.Length > 0 ? names : ["localhost"])
        {
            Write(name, Sign($"CN={name}", name).Certificate);
            options.Certificates.Add(new TlsCertificate(Path(name + ".crt"), Path(name + ".key")));
        }

        return options;
    }

    /// <summary>A certificate with its key, signed by the authority or by itself.</summary>
    public (X509Certificate2 Certificate, byte[] Serial) Sign(
        string subject, string? hostName = null, int validDays = 5, bool isSelfSigned = false)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(hostName is null ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        if (hostName is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(hostName);
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        byte[] serial = RandomNumberGenerator.GetBytes(8);
        serial[0] = 0x11;
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-9);
        DateTimeOffset to = DateTimeOffset.UtcNow.AddDays(validDays);
        if (isSelfSigned)
        {
            return (request.CreateSelfSigned(from, to), serial);
        }

        using X509Certificate2 signed = request.Create(Authority, from, to, serial);
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);
        return (X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null), serial);
    }

    public void Write(string name, X509Certificate2 certificate)
    {
        File.WriteAllText(Path(name + ".crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path(name + ".key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Writes the authority's revocation list.</summary>
    public string Revoke(DateTimeOffset validUntil, params byte[][] serials)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (byte[] serial in serials)
        {
            builder.AddEntry(serial);
        }

        byte[] list = builder.Build(
            Authority, 1, validUntil, HashAlgorithmName.SHA256, thisUpdate: DateTimeOffset.UtcNow.AddDays(-8));
        File.WriteAllText(Path("crl.pem"), PemEncoding.WriteString("X509 CRL", list));
        return Path("crl.pem");
    }

    public bool IsSignedByAuthority(X509Certificate? certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return certificate is X509Certificate2 shown && chain.Build(shown);
    }

    public void Dispose()
    {
        Authority.Dispose();
        _authorityKey.Dispose();
        _folder.Delete(recursive: true);
    }
}
