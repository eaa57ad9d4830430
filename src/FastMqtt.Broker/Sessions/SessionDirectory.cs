// The sessions of one dispatcher by Client Identifier. Not shared: a session lives where its identifier hashes to.

using System.Diagnostics.CodeAnalysis;

namespace FastMqtt.Broker.Sessions;

internal sealed class SessionDirectory
{
    private readonly Dictionary<byte[], Session> _sessions = new(new ByteKeyComparer());
    private readonly Dictionary<byte[], Session>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    public SessionDirectory() => _bySpan = _sessions.GetAlternateLookup<ReadOnlySpan<byte>>();

    public int Count => _sessions.Count;

    public Dictionary<byte[], Session>.ValueCollection All => _sessions.Values;

    /// <summary>The dispatcher a Client Identifier belongs to. The same on every dispatcher of the process.</summary>
    public static int OwnerOf(ReadOnlySpan<byte> clientIdentifier, int dispatchers) =>
        dispatchers == 1 ? 0 : (int)((uint)ByteKeyComparer.Hash(clientIdentifier) % (uint)dispatchers);

    public bool TryFind(ReadOnlySpan<byte> clientIdentifier, [MaybeNullWhen(false)] out Session session) =>
        _bySpan.TryGetValue(clientIdentifier, out session);

    public void Add(Session session) => _sessions.Add(session.ClientIdentifier, session);

    public void Remove(Session session) => _sessions.Remove(session.ClientIdentifier);

    private sealed class ByteKeyComparer
        : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        // HashCode is seeded per process: a client cannot choose identifiers that collide.
        public static int Hash(ReadOnlySpan<byte> key)
        {
            HashCode hash = default;
            hash.AddBytes(key);
            return hash.ToHashCode();
        }

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => Hash(obj);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => Hash(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
