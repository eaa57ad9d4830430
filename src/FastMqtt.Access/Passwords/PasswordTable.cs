// What one reading of a password file has come to: users, what stands in for unknown ones, and who has succeeded since.
// Immutable but for the successes. Made by PasswordFile, dropped whole at a reload.

using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class PasswordTable
{
    private readonly byte[] _decoyKey;
    private readonly ScramHash _scramPattern;

    public PasswordTable(Dictionary<string, PasswordHash> users)
    {
        Users = users;
        PasswordHash commonest = Commonest(users, isScram: false)
            ?? Pbkdf2Hash.Create([], Pbkdf2Hash.DefaultIterations);
        Decoy = commonest.Decoy();
        _scramPattern = (ScramHash?)Commonest(users, isScram: true)
            ?? new ScramHash(ScramHash.DefaultIterations, new byte[ScramHash.SaltLength], new byte[32], new byte[32]);
        _decoyKey = DecoyKey(users);
    }

    public static PasswordTable Empty { get; } = new([]);

    public Dictionary<string, PasswordHash> Users { get; }

    // Costs what most users' hashes cost.
    public PasswordHash Decoy { get; }

    public RecentSuccesses Successes { get; } = new();

    // The salt of an unknown user is the same at every attempt, as a known user's is.
    public ScramHash ScramDecoy(ReadOnlySpan<byte> userName)
    {
        byte[] salt = HMACSHA256.HashData(_decoyKey, userName);
        Array.Resize(ref salt, Math.Min(salt.Length, _scramPattern.Salt.Length));
        return _scramPattern.Decoy(salt);
    }

    private static PasswordHash? Commonest(Dictionary<string, PasswordHash> users, bool isScram)
    {
        var counts = new Dictionary<string, int>();
        PasswordHash? commonest = null;
        int most = 0;
        foreach (PasswordHash hash in users.Values)
        {
            if (isScram && hash is not ScramHash)
            {
                continue;
            }

            int count = counts.GetValueOrDefault(hash.CostKind) + 1;
            counts[hash.CostKind] = count;
            if (count > most)
            {
                (commonest, most) = (hash, count);
            }
        }

        return commonest;
    }

    // Taken from a secret of the file, so that a restart or a reload does not change it as long as that user stays.
    private static byte[] DecoyKey(Dictionary<string, PasswordHash> users)
    {
        string? first = null;
        byte[] key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
        foreach ((string userName, PasswordHash hash) in users)
        {
            if (hash is ScramHash scram && (first is null || string.CompareOrdinal(userName, first) < 0))
            {
                first = userName;
                key = HMACSHA256.HashData(scram.ServerKey, "salts of unknown users"u8);
            }
        }

        return key;
    }
}
