// Walks the levels of a topic name or filter: the pieces between the slashes, empty ones included.
// Allocates nothing and keeps no more than the part not yet seen. "a//b" has the levels "a", "" and "b".
namespace FastMqtt.Protocol;

public ref struct LevelEnumerator(ReadOnlySpan<byte> topic)
{
    private ReadOnlySpan<byte> _rest = topic;
    private bool _isAtEnd;

    public ReadOnlySpan<byte> Current { get; private set; }

    // Whether Current is the last level.
    public readonly bool IsLast => _isAtEnd;

    public readonly LevelEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_isAtEnd)
        {
            return false;
        }

        int separator = _rest.IndexOf((byte)'/');
        if (separator < 0)
        {
            Current = _rest;
            _isAtEnd = true;
            return true;
        }

        Current = _rest[..separator];
        _rest = _rest[(separator + 1)..];
        return true;
    }
}
