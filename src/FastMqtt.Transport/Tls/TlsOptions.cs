// What an operator may choose about TLS on one listener. Paths are read at start and again when the files change.

using System.Collections.Generic;

namespace FastMqtt.Transport.Tls;

/// <summary>TLS of one listener. All files are PEM.</summary>
public sealed class TlsOptions
{
    /// <summary>The server's certificate and its chain. Several: the one that matches the server name (SNI), else the
    /// first.</summary>
    public IList<TlsCertificate> Certificates { get; private set; } = [];

    /// <summary>Certificate authorities that client certificates are verified against; null: none.</summary>
    public string? CaFile { get; set; }

    /// <summary>Directory of such authorities, named by OpenSSL's hashes; null: none.</summary>
    public string? CaPath { get; set; }

    /// <summary>Certificate revocation list for client certificates; null: nothing is revoked.</summary>
    public string? CrlFile { get; set; }

    /// <summary>Whether a client must present a certificate that one of the authorities has signed.</summary>
    public bool RequireCertificate { get; set; }

    /// <summary>Ciphers of TLS 1.2 in OpenSSL's notation; null: OpenSSL's default.</summary>
    public string? Ciphers { get; set; }

    /// <summary>Cipher suites of TLS 1.3 in OpenSSL's notation; null: OpenSSL's default.</summary>
    public string? CipherSuites { get; set; }

    /// <summary>Diffie-Hellman parameters for TLS 1.2; null: chosen by the size of the key.</summary>
    public string? DhParameterFile { get; set; }

    /// <summary>The oldest version accepted.</summary>
    public TlsVersion MinimumVersion { get; set; } = TlsVersion.Tls12;

    /// <summary>The newest version accepted.</summary>
    public TlsVersion MaximumVersion { get; set; } = TlsVersion.Tls13;

    /// <summary>Pre-shared keys instead of certificates: lines "identity:hexadecimal key"; null: none.</summary>
    public string? PskFile { get; set; }

    /// <summary>The hint that tells a client which identity to use; null: no pre-shared keys.</summary>
    public string? PskHint { get; set; }

    /// <summary>A copy that its owner may keep.</summary>
    internal TlsOptions Copy()
    {
        var copy = (TlsOptions)MemberwiseClone();
        copy.Certificates = [.. Certificates];
        return copy;
    }
}
