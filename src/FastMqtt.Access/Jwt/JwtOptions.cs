// What an operator decides about tokens. Read by JwtAuthenticator; paths and names, no keys.

namespace FastMqtt.Access;

/// <summary>Which tokens are good. At least one of the three key files has to be named.</summary>
public sealed record JwtOptions
{
    /// <summary>A file whose bytes, less a line end, are the key of HS256; at least 32. Null: none.</summary>
    public string? HmacKeyFile { get; init; }

    /// <summary>A PEM file with public keys or certificates, RSA (RS256) or P-256 (ES256). Null: none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>A JSON Web Key Set, RFC 7517, with RSA, P-256 or symmetric keys. Null: none.</summary>
    public string? JwksFile { get; init; }

    /// <summary>What the claim <c>iss</c> has to be; null: anything.</summary>
    public string? Issuer { get; init; }

    /// <summary>What the claim <c>aud</c> has to contain; null: anything.</summary>
    public string? Audience { get; init; }

    /// <summary>The claim that names the user; it has to be there.</summary>
    public string UserNameClaim { get; init; } = "sub";

    /// <summary>How far the clocks of issuer and broker may differ.</summary>
    public TimeSpan Leeway { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a token without <c>exp</c> is refused.</summary>
    public bool RequiresExpiry { get; init; } = true;

    /// <summary>Whether the token is sent as the user name instead of the password.</summary>
    public bool TokenIsUserName { get; init; }
}
