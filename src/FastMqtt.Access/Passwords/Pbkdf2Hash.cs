// `$7$iterations$salt$hash`: PBKDF2 with HMAC-SHA512, what Mosquitto 2 writes.

using System.Globalization;
using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class Pbkdf2Hash(int iterations, byte[] salt, byte[] hash) : PasswordHash
{
    // Mosquitto 2.0 reads salts of 12 bytes only; 2.1 reads these and 64.
    public const int SaltLength = 12;

    // What Mosquitto 2.1 writes.
    public const int DefaultIterations = 1000;

    // A minute and a half of one core; more is a mistake.
    public const int IterationsMax = 100_000_000;

    private const int LongSaltLength = 64;

    public override string CostKind => string.Create(CultureInfo.InvariantCulture, $"$7${iterations}");

    public override string Encoded => string.Create(
        CultureInfo.InvariantCulture,
        $"$7${iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");

    public static bool IsSaltLength(int length) => length is SaltLength or LongSaltLength;

    public static Pbkdf2Hash Create(ReadOnlySpan<byte> password, int iterations)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        return new Pbkdf2Hash(iterations, salt, Hash(password, salt, iterations));
    }

    public static new Pbkdf2Hash? TryDecode(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> iterationsText = AccessFileLines.NextToken(ref text, (byte)'$');
        ReadOnlySpan<byte> saltText = AccessFileLines.NextToken(ref text, (byte)'$');
        ReadOnlySpan<byte> hashText = AccessFileLines.NextToken(ref text, (byte)'$');
        return TryNumber(iterationsText, IterationsMax, out int iterations)
            && TryBase64(saltText, out byte[] salt)
            && IsSaltLength(salt.Length)
            && TryBase64(hashText, out byte[] hash)
            && hash.Length == SHA512.HashSizeInBytes
            ? new Pbkdf2Hash(iterations, salt, hash)
            : null;
    }

    public override PasswordHash Decoy() => new Pbkdf2Hash(
        iterations, RandomNumberGenerator.GetBytes(salt.Length), RandomNumberGenerator.GetBytes(hash.Length));

    public override bool Matches(ReadOnlySpan<byte> password) => IsEqual(Hash(password, salt, iterations), hash);

    private static byte[] Hash(ReadOnlySpan<byte> password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, SHA512.HashSizeInBytes);
}
