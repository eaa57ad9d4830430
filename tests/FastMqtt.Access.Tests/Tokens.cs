// Makes tokens the way an issuer does, and wrong ones the way an attacker does. Knows nothing of the code under test.

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace FastMqtt.Access.Tests;

internal static class Tokens
{
    public const string HmacKey = "0123456789abcdef0123456789abcdef";

    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static JsonObject Claims(string user = "alice") => new()
    {
        ["sub"] = user,
        ["exp"] = Now.ToUnixTimeSeconds() + 3600,
    };

    public static string Hs256(JsonObject claims, string key = HmacKey, string? header = null) =>
        Sign(header ?? """{"alg":"HS256","typ":"JWT"}""", claims.ToJsonString(), text =>
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), text));

    public static string Rs256(JsonObject claims, RSA key, string? header = null) =>
        Sign(header ?? """{"alg":"RS256"}""", claims.ToJsonString(), text =>
            key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Es256(JsonObject claims, ECDsa key, string? header = null) =>
        Sign(header ?? """{"alg":"ES256"}""", claims.ToJsonString(), text =>
            key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    public static string Sign(string header, string claims, Func<byte[], byte[]> sign)
    {
        string signed = Encoded(Encoding.UTF8.GetBytes(header)) + "." + Encoded(Encoding.UTF8.GetBytes(claims));
        return signed + "." + Encoded(sign(Encoding.ASCII.GetBytes(signed)));
    }

    public static string Encoded(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
