// A listener's certificates as they were read at one moment: what a handshake is given. Never changed; replaced.
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Transport.Tls;

namespace FastMqtt.WebSockets;

internal sealed class CertificateSet
{
    private readonly List<(X509Certificate2 Leaf, SslServerAuthenticationOptions Options)> _certificates = [];

    /// <exception cref="CertificateException">A file cannot be used.</exception>
    public CertificateSet(TlsOptions options)
    {
        CertificateVerifier? verifier = options.RequireCertificate ? Verifier(options) : null;
        foreach (TlsCertificate files in options.Certificates)
        {
            _certificates.Add(Load(files, options, verifier));
        }

        if (_certificates.Count == 0)
        {
            throw new CertificateException("a secure WebSocket listener needs a certificate and its key");
        }
    }

    /// <summary>What a handshake for this server name (SNI) goes on with; the first when nothing matches.</summary>
    public SslServerAuthenticationOptions Select(string? serverName)
    {
        if (!string.IsNullOrEmpty(serverName))
        {
            foreach ((X509Certificate2 leaf, SslServerAuthenticationOptions options) in _certificates)
            {
                if (leaf.MatchesHostname(serverName))
                {
                    return options;
                }
            }
        }

        return _certificates[0].Options;
    }

    private static (X509Certificate2 Leaf, SslServerAuthenticationOptions Options) Load(
        TlsCertificate files, TlsOptions options, CertificateVerifier? verifier)
    {
        try
        {
            var leaf = X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile);
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(files.CertificateFile);
            var server = new SslServerAuthenticationOptions
            {
                // Offline: what the file does not hold is not fetched from anywhere.
                ServerCertificateContext = SslStreamCertificateContext.Create(leaf, all, offline: true),
                EnabledSslProtocols = Versions(options),
                ApplicationProtocols = [SslApplicationProtocol.Http11],
                AllowRenegotiation = false,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            };
            if (verifier is not null)
            {
                server.ClientCertificateRequired = true;
                server.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                    certificate is X509Certificate2 shown && IsGood(verifier, shown, chain);
            }

            return (leaf, server);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            throw new CertificateException($"{files.CertificateFile}, {files.KeyFile}: {failure.Message}", failure);
        }
    }

    private static CertificateVerifier Verifier(TlsOptions options)
    {
        if (options.CaFile is null && options.CaPath is null)
        {
            throw new CertificateException("client certificates are required and there is no authority to verify them");
        }

        try
        {
            return new CertificateVerifier(options);
        }
        catch (TlsException failure)
        {
            throw new CertificateException(failure.Message, failure);
        }
    }

    // By the rules of the other listeners. What the runtime has found on its way does not count: it knows neither our
    // authorities nor our revocation lists.
    private static bool IsGood(CertificateVerifier verifier, X509Certificate2 shown, X509Chain? chain)
    {
        var others = new List<ReadOnlyMemory<byte>>();
        foreach (X509Certificate2 other in chain?.ChainPolicy.ExtraStore ?? [])
        {
            others.Add(other.RawDataMemory);
        }

        return verifier.TryVerify(shown.RawData, others, out _);
    }

    private static SslProtocols Versions(TlsOptions options)
    {
#pragma warning disable CA5398 // The operator names the versions.
        SslProtocols versions = SslProtocols.None;
        if (options.MinimumVersion == TlsVersion.Tls12)
        {
            versions |= SslProtocols.Tls12;
        }

        if (options.MaximumVersion == TlsVersion.Tls13)
        {
            versions |= SslProtocols.Tls13;
        }

        return versions;
#pragma warning restore CA5398
    }
}
