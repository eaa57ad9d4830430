// A key of HS256.

using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class HmacJwtKey(byte[] key, string? keyId) : JwtKey(Hs256, keyId)
{
    // RFC 7518, section 3.2: not shorter than the hash. Shorter ones can be found by trying.
    public const int LengthMin = SHA256.HashSizeInBytes;

    public override bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, signed), signature);
}
