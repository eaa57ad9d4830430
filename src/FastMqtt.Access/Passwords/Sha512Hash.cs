// `$6$salt$hash`: SHA-512 of password and salt, as Mosquitto 1.x wrote it. Fast to guess: read, and written on request.

using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class Sha512Hash(byte[] salt, byte[] hash) : PasswordHash
{
    public override string CostKind => "$6$";

    public override string Encoded => $"$6${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}";

    public static Sha512Hash Create(ReadOnlySpan<byte> password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(Pbkdf2Hash.SaltLength);
        return new Sha512Hash(salt, Hash(password, salt));
    }

    public static new Sha512Hash? TryDecode(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> saltText = AccessFileLines.NextToken(ref text, (byte)'$');
        ReadOnlySpan<byte> hashText = AccessFileLines.NextToken(ref text, (byte)'$');
        return TryBase64(saltText, out byte[] salt)
            && Pbkdf2Hash.IsSaltLength(salt.Length)
            && TryBase64(hashText, out byte[] hash)
            && hash.Length == SHA512.HashSizeInBytes
            ? new Sha512Hash(salt, hash)
            : null;
    }

    public override PasswordHash Decoy() => new Sha512Hash(
        RandomNumberGenerator.GetBytes(salt.Length), RandomNumberGenerator.GetBytes(hash.Length));

    public override bool Matches(ReadOnlySpan<byte> password) => IsEqual(Hash(password, salt), hash);

    private static byte[] Hash(ReadOnlySpan<byte> password, byte[] salt)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        digest.AppendData(password);
        digest.AppendData(salt);
        return digest.GetHashAndReset();
    }
}
