// Reads keys from the three kinds of key files. Messages name the file, never the key. Called by JwtAuthenticator.

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace FastMqtt.Access;

internal static class JwtKeyFiles
{
    public static JwtKey[] ReadHmac(string path)
    {
        ReadOnlySpan<byte> key = ((ReadOnlySpan<byte>)AccessFileLines.ReadAll(path)).TrimEnd("\r\n"u8);
        return key.Length >= HmacJwtKey.LengthMin
            ? [new HmacJwtKey(key.ToArray(), null)]
            : throw new AccessFileException($"{path}: a key of HS256 has at least {HmacJwtKey.LengthMin} bytes");
    }

    public static JwtKey[] ReadPem(string path)
    {
        ReadOnlySpan<char> rest = Encoding.UTF8.GetString(AccessFileLines.ReadAll(path));
        var keys = new List<JwtKey>();
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            string pem = rest[fields.Location].ToString();
            string label = rest[fields.Label].ToString();
            keys.Add(TryReadPem(label, pem)
                ?? throw new AccessFileException($"{path}: '{label}' is no public key of RS256 or ES256"));
            rest = rest[fields.Location.End..];
        }

        return keys.Count > 0 ? [.. keys] : throw new AccessFileException($"{path}: no PEM block in it");
    }

    public static JwtKey OfRsa(RSA rsa, string path, string? keyId) => TryOfRsa(rsa, keyId)
        ?? throw new AccessFileException($"{path}: a key of RS256 has at least {RsaJwtKey.BitsMin} bits");

    // Null: no public key, or one that no algorithm here may use.
    private static JwtKey? TryReadPem(string label, string pem)
    {
        try
        {
            if (label == "CERTIFICATE")
            {
                using X509Certificate2 certificate = X509Certificate2.CreateFromPem(pem);
                using RSA? rsaOfCertificate = certificate.GetRSAPublicKey();
                using ECDsa? ecdsaOfCertificate = certificate.GetECDsaPublicKey();
                return rsaOfCertificate is not null
                    ? TryOfRsa(rsaOfCertificate, null)
                    : TryOfEc(ecdsaOfCertificate);
            }

            if (label is not ("PUBLIC KEY" or "RSA PUBLIC KEY"))
            {
                return null;
            }

            using var rsa = RSA.Create();
            using var ecdsa = ECDsa.Create();
            return TryImport(rsa, pem) ? TryOfRsa(rsa, null) : TryImport(ecdsa, pem) ? TryOfEc(ecdsa) : null;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static bool TryImport(AsymmetricAlgorithm algorithm, string pem)
    {
        try
        {
            algorithm.ImportFromPem(pem);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false; // a key of another algorithm
        }
    }

    private static RsaJwtKey? TryOfRsa(RSA rsa, string? keyId) => rsa.KeySize >= RsaJwtKey.BitsMin
        ? new RsaJwtKey(rsa.ExportParameters(includePrivateParameters: false), keyId)
        : null;

    private static EcJwtKey? TryOfEc(ECDsa? ecdsa)
    {
        ECParameters? parameters = ecdsa?.ExportParameters(includePrivateParameters: false);
        return parameters is ECParameters known
            && known.Curve.IsNamed
            && known.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? new EcJwtKey(known, null)
            : null;
    }
}
