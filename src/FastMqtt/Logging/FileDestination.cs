// Lines to a file, in UTF-8. Opened again when asked, so that the file can be renamed and packed away; a file that was
// cut to nothing meanwhile is written from its new end on. A full disk loses lines, not the broker.
using System.Text;

namespace FastMqtt.Logging;

internal sealed class FileDestination : ILogDestination
{
    private const int BufferBytes = 64 << 10;

    private readonly string _path;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private FileStream _file;
    private int _length;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be.</exception>
    public FileDestination(string path)
    {
        _path = path;
        _file = Open(path);
    }

    public void Append(LogTypes type, ReadOnlySpan<char> line)
    {
        int most = Encoding.UTF8.GetMaxByteCount(line.Length) + 1;
        if (_length + most > _buffer.Length)
        {
            Flush();
        }

        if (most > _buffer.Length)
        {
            _file.Write(Encoding.UTF8.GetBytes($"{line}\n"));
            return;
        }

        _length += Encoding.UTF8.GetBytes(line, _buffer.AsSpan(_length));
        _buffer[_length++] = (byte)'\n';
    }

    public void Flush()
    {
        int length = _length;
        _length = 0;
        if (_file.CanSeek && _file.Length != _file.Position)
        {
            _file.Seek(0, SeekOrigin.End); // somebody has cut it
        }

        _file.Write(_buffer, 0, length);
    }

    /// <summary>The old file stays where it is when the new one cannot be opened.</summary>
    public void Reopen()
    {
        try
        {
            FileStream opened = Open(_path);
            _file.Dispose();
            _file = opened;
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    public void Dispose() => _file.Dispose();

    // Others of its group may read: who looks after a machine without being root.
    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        }

        return new FileStream(path, options);
    }
}
