// Logins that have succeeded since the file was read, so that a fleet that reconnects does not pay for each hash again.
// Keeps neither names nor passwords: only a keyed hash of both, whose key exists in this process alone. Bounded.

using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class RecentSuccesses(int countMax = RecentSuccesses.CountMax)
{
    // A fleet of 100,000 users: some 10 MiB when full. Over it all are forgotten, which only costs time.
    public const int CountMax = 100_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<Digest, bool> _known = new();

    private int _count; // kept here: the dictionary takes all its locks to count

    public int Count => _known.Count;

    public bool Contains(string userName, ReadOnlySpan<byte> password) =>
        !_known.IsEmpty && _known.ContainsKey(Digest.Of(_key, userName, password));

    public void Add(string userName, ReadOnlySpan<byte> password)
    {
        if (_known.TryAdd(Digest.Of(_key, userName, password), true) && Interlocked.Increment(ref _count) > countMax)
        {
            _known.Clear();
            Volatile.Write(ref _count, 0);
        }
    }
}
