// A key of RS256. An RSA object is made for each token: one is not safe on several threads.

using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class RsaJwtKey(RSAParameters parameters, string? keyId) : JwtKey(Rs256, keyId)
{
    // RFC 7518, section 3.3.
    public const int BitsMin = 2048;

    public override bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        using RSA rsa = RSA.Create(parameters);
        return rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
