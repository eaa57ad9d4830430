// What the broker needs to know of a certificate that a client has shown and that has been verified.

using System.Security.Cryptography.X509Certificates;

namespace FastMqtt.Transport.Tls;

/// <summary>A client's certificate, verified.</summary>
/// <param name="CommonName">The Common Name of its subject; null: it has none.</param>
/// <param name="Subject">Its whole subject, as RFC 2253 writes it.</param>
public sealed record PeerCertificate(string? CommonName, string Subject)
{
    /// <summary>What the broker needs to know of a certificate; whoever asks has verified it.</summary>
    public static PeerCertificate From(X509Certificate2 certificate) => DistinguishedName.Read(certificate);
}
