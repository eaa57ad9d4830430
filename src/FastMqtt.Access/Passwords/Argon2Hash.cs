// `$argon2id$v=19$m=kibibytes,t=passes,p=lanes$salt$hash`: what Mosquitto 2.1 writes when asked to, base64 unpadded.

using System.Globalization;
using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class Argon2Hash(Argon2Cost cost, byte[] salt, byte[] hash) : PasswordHash
{
    private const int SaltLength = 16;
    private const int HashLength = 32;

    // Mosquitto's choice, and OWASP's: 46 MiB, one pass, one lane.
    private static readonly Argon2Cost DefaultCost = new(47_104, 1, 1);

    public override string CostKind => string.Create(
        CultureInfo.InvariantCulture, $"$argon2id$v=19$m={cost.Kibibytes},t={cost.Passes},p={cost.Lanes}");

    public override string Encoded => $"{CostKind}${Unpadded(salt)}${Unpadded(hash)}";

    public static Argon2Hash Create(ReadOnlySpan<byte> password)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltLength);
        byte[] hash = new byte[HashLength];
        Argon2id.Derive(password, salt, [], [], DefaultCost, hash);
        return new Argon2Hash(DefaultCost, salt, hash);
    }

    public static new Argon2Hash? TryDecode(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> version = AccessFileLines.NextToken(ref text, (byte)'$');
        ReadOnlySpan<byte> costText = AccessFileLines.NextToken(ref text, (byte)'$');
        ReadOnlySpan<byte> saltText = AccessFileLines.NextToken(ref text, (byte)'$');
        ReadOnlySpan<byte> hashText = AccessFileLines.NextToken(ref text, (byte)'$');
        return version.SequenceEqual("v=19"u8)
            && TryCost(costText, out Argon2Cost cost)
            && TryUnpadded(saltText, out byte[] salt)
            && salt.Length >= 8
            && TryUnpadded(hashText, out byte[] hash)
            && hash.Length is >= 4 and <= 1024
            ? new Argon2Hash(cost, salt, hash)
            : null;
    }

    public override PasswordHash Decoy() => new Argon2Hash(
        cost, RandomNumberGenerator.GetBytes(salt.Length), RandomNumberGenerator.GetBytes(hash.Length));

    public override bool Matches(ReadOnlySpan<byte> password)
    {
        byte[] derived = new byte[hash.Length];
        Argon2id.Derive(password, salt, [], [], cost, derived);
        return IsEqual(derived, hash);
    }

    private static bool TryCost(ReadOnlySpan<byte> text, out Argon2Cost cost)
    {
        cost = default;
        ReadOnlySpan<byte> memory = AccessFileLines.NextToken(ref text, (byte)',');
        ReadOnlySpan<byte> passes = AccessFileLines.NextToken(ref text, (byte)',');
        ReadOnlySpan<byte> lanes = AccessFileLines.NextToken(ref text, (byte)',');
        if (!memory.StartsWith("m="u8) || !passes.StartsWith("t="u8) || !lanes.StartsWith("p="u8)
            || !TryNumber(memory[2..], Argon2Cost.KibibytesMax, out int kibibytes)
            || !TryNumber(passes[2..], Argon2Cost.PassesMax, out int passCount)
            || !TryNumber(lanes[2..], Argon2Cost.LanesMax, out int laneCount))
        {
            return false;
        }

        cost = new Argon2Cost(kibibytes, passCount, laneCount);
        return kibibytes >= 8 * laneCount;
    }

    private static string Unpadded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static bool TryUnpadded(ReadOnlySpan<byte> text, out byte[] bytes)
    {
        byte[] padded = new byte[(text.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        text.CopyTo(padded);
        return TryBase64(padded, out bytes);
    }
}
