// A certificate that a server shows, with its key.

namespace FastMqtt.Transport.Tls;

/// <summary>A server's certificate and key as PEM files.</summary>
/// <param name="CertificateFile">The certificate, then the intermediate ones.</param>
/// <param name="KeyFile">Its private key, not encrypted.</param>
public sealed record TlsCertificate(string CertificateFile, string KeyFile);
