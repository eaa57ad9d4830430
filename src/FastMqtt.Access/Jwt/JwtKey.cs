// One key and the one algorithm it may be used with: a token does not choose what its key is used for, so a public key
// never serves as a secret. Immutable; verifies on many threads at once.

namespace FastMqtt.Access;

internal abstract class JwtKey(string algorithm, string? keyId)
{
    public const string Hs256 = "HS256";
    public const string Rs256 = "RS256";
    public const string Es256 = "ES256";

    public string Algorithm => algorithm;

    // Null: the key's file does not name it, and it is tried for every token.
    public string? KeyId => keyId;

    public abstract bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature);
}
