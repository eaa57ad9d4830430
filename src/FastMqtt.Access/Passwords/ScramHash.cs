// `$scram-sha-256$iterations$salt$storedkey$serverkey`: what RFC 5802 has a server keep, so that neither the file nor a
// login shows the password. Serves the SCRAM exchange, and plain passwords too.

using System.Globalization;
using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class ScramHash(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) : PasswordHash
{
    public const int SaltLength = 16;

    // RFC 7677 asks for 4096 at least. The client pays them at every login, and it may be small.
    public const int DefaultIterations = 10_000;

    public static ReadOnlySpan<byte> Prefix => "$scram-sha-256$"u8;

    public int Iterations => iterations;

    public byte[] Salt => salt;

    public byte[] StoredKey => storedKey;

    public byte[] ServerKey => serverKey;

    public override string CostKind => string.Create(CultureInfo.InvariantCulture, $"$scram-sha-256${iterations}");

    public override string Encoded => string.Join('$',
        CostKind, Convert.ToBase64String(salt), Convert.ToBase64String(storedKey), Convert.ToBase64String(serverKey));

    public static ScramHash Create(ReadOnlySpan<byte> password, int iterations) =>
        Create(password, iterations, RandomNumberGenerator.GetBytes(SaltLength));

    public static ScramHash Create(ReadOnlySpan<byte> password, int iterations, byte[] salt)
    {
        byte[] salted = Salted(password, salt, iterations);
        return new ScramHash(iterations, salt, StoredKeyOf(salted), HMACSHA256.HashData(salted, "Server Key"u8));
    }

    public static new ScramHash? TryDecode(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> iterationsText = AccessFileLines.NextToken(ref text, (byte)'$');
        ReadOnlySpan<byte> saltText = AccessFileLines.NextToken(ref text, (byte)'$');
        ReadOnlySpan<byte> storedText = AccessFileLines.NextToken(ref text, (byte)'$');
        ReadOnlySpan<byte> serverText = AccessFileLines.NextToken(ref text, (byte)'$');
        return TryNumber(iterationsText, Pbkdf2Hash.IterationsMax, out int iterations)
            && TryBase64(saltText, out byte[] salt)
            && salt.Length > 0
            && TryBase64(storedText, out byte[] storedKey)
            && storedKey.Length == SHA256.HashSizeInBytes
            && TryBase64(serverText, out byte[] serverKey)
            && serverKey.Length == SHA256.HashSizeInBytes
            ? new ScramHash(iterations, salt, storedKey, serverKey)
            : null;
    }

    public override PasswordHash Decoy() => Decoy(RandomNumberGenerator.GetBytes(salt.Length));

    // A salt is seen by whoever asks for a login: it has to look the same at every attempt.
    public ScramHash Decoy(byte[] decoySalt) => new(
        iterations,
        decoySalt,
        RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes),
        RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));

    public override bool Matches(ReadOnlySpan<byte> password) =>
        IsEqual(StoredKeyOf(Salted(password, salt, iterations)), storedKey);

    private static byte[] Salted(ReadOnlySpan<byte> password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    private static byte[] StoredKeyOf(byte[] salted) =>
        SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
}
