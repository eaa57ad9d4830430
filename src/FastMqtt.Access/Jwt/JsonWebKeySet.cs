// A JSON Web Key Set (RFC 7517): RSA, P-256 and symmetric keys. A key for encryption, or for an algorithm that is not
// spoken here, is passed over, as the RFC has it; a broken one makes the whole file bad. Called by JwtAuthenticator.

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace FastMqtt.Access;

internal static class JsonWebKeySet
{
    private const int CoordinateLength = 32;

    public static JwtKey[] Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(
                AccessFileLines.ReadAll(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var keys = new List<JwtKey>();
            foreach (JsonElement key in document.RootElement.GetProperty("keys").EnumerateArray())
            {
                if (TryReadKey(key, path) is JwtKey read)
                {
                    keys.Add(read);
                }
            }

            return keys.Count > 0
                ? [.. keys]
                : throw new AccessFileException($"{path}: no key of HS256, RS256 or ES256 in it");
        }
        catch (Exception exception) when (exception
            is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or CryptographicException or ArgumentException)
        {
            // The cause could quote a key.
            throw new AccessFileException($"{path}: not a JSON Web Key Set, or a key in it is broken");
        }
    }

    private static JwtKey? TryReadKey(JsonElement key, string path)
    {
        string? keyId = Text(key, "kid");
        string? algorithm = Text(key, "alg");
        if (Text(key, "use") is not (null or "sig"))
        {
            return null;
        }

        switch (Text(key, "kty"))
        {
            case "oct" when algorithm is null or JwtKey.Hs256:
                byte[] secret = Bytes(key, "k");
                return secret.Length >= HmacJwtKey.LengthMin
                    ? new HmacJwtKey(secret, keyId)
                    : throw new AccessFileException($"{path}: a key of HS256 has at least 32 bytes");
            case "RSA" when algorithm is null or JwtKey.Rs256:
                var parameters = new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") };
                using (var rsa = RSA.Create(parameters))
                {
                    return JwtKeyFiles.OfRsa(rsa, path, keyId);
                }

            case "EC" when algorithm is null or JwtKey.Es256:
                return ReadEc(key, keyId);
            default:
                return null;
        }
    }

    private static EcJwtKey? ReadEc(JsonElement key, string? keyId)
    {
        if (Text(key, "crv") != "P-256")
        {
            return null;
        }

        byte[] x = Bytes(key, "x");
        byte[] y = Bytes(key, "y");
        if (x.Length != CoordinateLength || y.Length != CoordinateLength)
        {
            throw new FormatException("coordinate length");
        }

        var parameters = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } };
        using var proof = ECDsa.Create(parameters); // throws when the point is not on the curve
        return new EcJwtKey(parameters, keyId);
    }

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static byte[] Bytes(JsonElement key, string name)
    {
        byte[] bytes = Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
        return bytes.Length > 0 ? bytes : throw new FormatException("empty"); // what RSA does not expect
    }
}
