// What a client says about itself when it wants in. A copy: the CONNECT's bytes are the dispatcher's.

using System.Net;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

/// <summary>What a client says about itself when it wants in.</summary>
public sealed class AuthenticationRequest
{
    /// <summary>The Client Identifier, as the broker will use it.</summary>
    public required string ClientId { get; init; }

    /// <summary>The user name; null: none was sent.</summary>
    public string? UserName { get; init; }

    /// <summary>The password; null: none was sent. Never to be logged.</summary>
    public ReadOnlyMemory<byte>? Password { get; init; }

    /// <summary>The client's address; null for a unix socket.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>The listener's name.</summary>
    public string Listener { get; init; } = string.Empty;

    /// <summary>The protocol it speaks.</summary>
    public ProtocolVersion Version { get; init; }

    /// <summary>Common Name of the client's certificate; null: it has shown none.</summary>
    public string? CertificateCommonName { get; init; }
}
