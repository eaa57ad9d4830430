// Which part of a client certificate names the user.

namespace FastMqtt.Broker.Access;

/// <summary>Where the user name comes from when a client has shown a certificate.</summary>
public enum CertificateUserName
{
    /// <summary>From CONNECT; the certificate only lets the connection in.</summary>
    None,

    /// <summary>The certificate's Common Name, or the identity of a pre-shared key; no password is asked for.</summary>
    Identity,

    /// <summary>The certificate's whole subject, as RFC 2253 writes it; no password is asked for.</summary>
    Subject,
}
