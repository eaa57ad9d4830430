// The memory of one Argon2 hash as lanes of blocks. A view; Argon2id owns the array.

namespace FastMqtt.Access;

internal readonly struct Argon2Memory(ulong[] words, int laneLength, Argon2Cost cost)
{
    private readonly ulong[] _words = words;

    public int LaneLength { get; } = laneLength;

    public Argon2Cost Cost { get; } = cost;

    public Span<ulong> At(int lane, int column) =>
        _words.AsSpan(((lane * LaneLength) + column) * Argon2Block.Words, Argon2Block.Words);
}
