// A client's certificate must lead to one of the listener's authorities, be meant for clients, and, where there is a
// revocation list, be covered by a valid list of its issuer and not be in it. Nothing is asked over the network.
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Transport.Tls;

namespace FastMqtt.WebSockets;

internal sealed class ChainVerifier : IClientCertificateVerifier
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly IReadOnlyList<RevocationList>? _revoked;

    /// <exception cref="CertificateException">A file cannot be used.</exception>
    public ChainVerifier(TlsOptions options)
    {
        Policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        Policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (options.CaFile is { } file)
        {
            Import(file);
        }

        if (options.CaPath is { } directory)
        {
            foreach (string each in Directory.EnumerateFiles(directory))
            {
                Import(each);
            }
        }

        if (Policy.CustomTrustStore.Count == 0)
        {
            throw new CertificateException("client certificates are required and there is no authority to verify them");
        }

        _revoked = options.CrlFile is { } list ? RevocationList.Read(list) : null;
    }

    /// <summary>How chains are to be built for this verifier.</summary>
    public X509ChainPolicy Policy { get; }

    public string? FindFault(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "no certificate";
        }

        // The name in it is not of a host: whoever it names is asked for by access control.
        SslPolicyErrors serious = errors & ~SslPolicyErrors.RemoteCertificateNameMismatch;
        if (serious != SslPolicyErrors.None)
        {
            return chain?.ChainStatus is [{ } first, ..] ? first.Status.ToString() : serious.ToString();
        }

        return _revoked is null ? null : FindRevocation(certificate);
    }

    // As OpenSSL does it: without a list that is valid today nobody comes in.
    private string? FindRevocation(X509Certificate2 certificate)
    {
        bool isCovered = false;
        foreach (RevocationList list in _revoked!)
        {
            if (list.IsOfIssuer(certificate))
            {
                if (list.HasExpired(DateTimeOffset.UtcNow))
                {
                    return "the revocation list of its issuer has expired";
                }

                if (list.Revokes(certificate))
                {
                    return "it was revoked";
                }

                isCovered = true;
            }
        }

        return isCovered ? null : "there is no revocation list of its issuer";
    }

    private void Import(string file)
    {
        try
        {
            Policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CertificateException($"{file}: {failure.Message}", failure);
        }
    }
}
