// A key of ES256: the curve P-256, signatures as two numbers of 32 bytes.

using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class EcJwtKey(ECParameters parameters, string? keyId) : JwtKey(Es256, keyId)
{
    private const int SignatureLength = 64;

    public override bool Verifies(ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
        {
            return false;
        }

        using ECDsa ecdsa = ECDsa.Create(parameters);
        return ecdsa.VerifyData(
            signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
