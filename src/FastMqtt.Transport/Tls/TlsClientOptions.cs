// What a client of ours (the load generator, a bridge) asks of TLS.

namespace FastMqtt.Transport.Tls;

/// <summary>TLS of outgoing connections. All files are PEM.</summary>
internal sealed class TlsClientOptions
{
    /// <summary>The server's name: sent as SNI, and what its certificate must be for; null: neither.</summary>
    public string? HostName { get; init; }

    /// <summary>Authorities that the server's certificate is verified against; null: it is not verified.</summary>
    public string? CaFile { get; init; }

    /// <summary>The client's own certificate; null: none.</summary>
    public TlsCertificate? Certificate { get; init; }

    /// <summary>Identity of a pre-shared key; null: none.</summary>
    public string? PskIdentity { get; init; }

    /// <summary>The key of <see cref="PskIdentity"/>.</summary>
    public byte[]? PskKey { get; init; }

    /// <summary>The newest version to offer.</summary>
    public TlsVersion MaximumVersion { get; init; } = TlsVersion.Tls13;
}
