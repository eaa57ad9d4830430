// Takes chunks from a stream into one buffer that is used again. The buffer grows with what was read, never with what
// a length says, so a small file cannot ask for much memory.

using System.Buffers.Binary;

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal sealed class ChunkSource(Stream stream)
{
    private const int HeaderSize = 8;
    private const int BufferSizeStart = 64 * 1024;

    private byte[] _buffer = new byte[BufferSizeStart];
    private int _length;

    /// <summary>Bytes taken from the stream.</summary>
    public long Position { get; private set; }

    /// <summary>What the last call took: valid until the next.</summary>
    public ReadOnlySpan<byte> Body => _buffer.AsSpan(0, _length);

    /// <summary>False: the stream ended before that many bytes.</summary>
    public bool TryTake(int length)
    {
        _length = 0;
        while (_length < length)
        {
            if (_length == _buffer.Length)
            {
                Array.Resize(ref _buffer, (int)long.Min(length, 2L * _buffer.Length));
            }

            int wanted = int.Min(length, _buffer.Length) - _length;
            int count = stream.Read(_buffer, _length, wanted);
            if (count == 0)
            {
                return false;
            }

            _length += count;
            Position += count;
        }

        return true;
    }

    /// <summary>False: the stream ended before that many bytes.</summary>
    public bool TrySkip(uint length)
    {
        for (uint rest = length; rest > 0;)
        {
            int part = (int)uint.Min(rest, BufferSizeStart);
            if (!TryTake(part))
            {
                return false;
            }

            rest -= (uint)part;
        }

        return true;
    }

    /// <summary>False: there is no other; what there was of it, if anything, is the body.</summary>
    public bool TryTakeHeader(out ChunkKind kind, out uint length)
    {
        kind = default;
        length = 0;
        if (!TryTake(HeaderSize))
        {
            return false;
        }

        kind = (ChunkKind)BinaryPrimitives.ReadUInt32BigEndian(Body);
        length = BinaryPrimitives.ReadUInt32BigEndian(Body[sizeof(uint)..]);
        return true;
    }
}
