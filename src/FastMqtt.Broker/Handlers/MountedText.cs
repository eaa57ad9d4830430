// Topics and filters of a client whose listener has a mount point: the mount point and then what the client wrote, in a
// buffer that the next call overwrites. One per handler that needs it.

namespace FastMqtt.Broker.Handlers;

internal sealed class MountedText
{
    private byte[] _buffer = [];

    /// <summary>False: together they are longer than a topic can be.</summary>
    public bool TryMount(byte[] mountPoint, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> mounted)
    {
        int length = mountPoint.Length + text.Length;
        if (length > ushort.MaxValue)
        {
            mounted = default;
            return false;
        }

        if (_buffer.Length < length)
        {
            _buffer = new byte[Math.Max(length, 256)];
        }

        mountPoint.CopyTo(_buffer, 0);
        text.CopyTo(_buffer.AsSpan(mountPoint.Length));
        mounted = _buffer.AsSpan(0, length);
        return true;
    }
}
