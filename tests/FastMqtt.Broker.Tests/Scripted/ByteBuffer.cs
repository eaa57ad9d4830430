// Bytes on their way through a fake socket: appended at the end, consumed from the front. Contiguous, so that a test
// can look at them in place; warm, it allocates nothing.

namespace FastMqtt.Broker.Tests.Scripted;

internal sealed class ByteBuffer
{
    private byte[] _bytes = new byte[256];
    private int _start;
    private int _end;

    public int Count => _end - _start;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, Count);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _end < bytes.Length)
        {
            MakeRoom(bytes.Length);
        }

        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        _start += count;
        if (_start == _end)
        {
            Clear();
        }
    }

    public void Clear()
    {
        _start = 0;
        _end = 0;
    }

    private void MakeRoom(int size)
    {
        int count = Count;
        byte[] target = count + size <= _bytes.Length ? _bytes : new byte[Math.Max(count + size, _bytes.Length * 2)];
        Span.CopyTo(target);
        _bytes = target;
        _start = 0;
        _end = count;
    }
}
