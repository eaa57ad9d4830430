// The versions of TLS that are still considered safe.

namespace FastMqtt.Transport.Tls;

/// <summary>A version of TLS.</summary>
public enum TlsVersion
{
    /// <summary>TLS 1.2, RFC 5246.</summary>
    Tls12,

    /// <summary>TLS 1.3, RFC 8446.</summary>
    Tls13,
}
