// The bytes of a file while its changes are made again.
namespace FastMqtt.Crash.Power;

internal sealed class FileContent
{
    private byte[] _bytes = new byte[4096];

    public long Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, (int)Length);

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        if (offset + data.Length > Length)
        {
            Resize(offset + data.Length);
        }

        data.CopyTo(_bytes.AsSpan((int)offset));
    }

    // What is new is zero.
    public void Resize(long length)
    {
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Max(length, _bytes.Length * 2L));
        }

        if (length < Length)
        {
            _bytes.AsSpan((int)length, (int)(Length - length)).Clear();
        }

        Length = length;
    }
}
