// Logins that have succeeded since the file was read, so that a fleet that reconnects does not pay for each hash again.
// Keeps neither names nor passwords: only a keyed hash of both, whose key exists in this process alone. Bounded.

using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace FastMqtt.Access;

internal sealed class RecentSuccesses
{
    // A fleet of 100,000 users: some 10 MiB when full. Over it all are forgotten, which only costs time.
    public const int CountMax = 100_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
    private readonly ConcurrentDictionary<Digest, bool> _known = new();

    public int Count => _known.Count;

    public bool Contains(string userName, ReadOnlySpan<byte> password) =>
        !_known.IsEmpty && _known.ContainsKey(Digest.Of(_key, userName, password));

    public void Add(string userName, ReadOnlySpan<byte> password)
    {
        if (_known.Count >= CountMax)
        {
            _known.Clear();
        }

        _known[Digest.Of(_key, userName, password)] = true;
    }
}
