// Lines to a writer that somebody else owns: standard output and standard error.
using System.Diagnostics.CodeAnalysis;

namespace FastMqtt.Logging;

internal sealed class WriterDestination(TextWriter writer) : ILogDestination
{
    // Characters written in one call: a storm of connections costs few.
    private const int BufferCharacters = 16 << 10;

    [SuppressMessage("Usage", "CA2213", Justification = "Standard error belongs to whoever opened it.")]
    private readonly TextWriter _writer = writer;

    private readonly char[] _buffer = new char[BufferCharacters];
    private int _length;

    public void Append(LogTypes type, ReadOnlySpan<char> line)
    {
        if (_length + line.Length + 1 > _buffer.Length)
        {
            WriteBuffer();
        }

        if (line.Length + 1 > _buffer.Length)
        {
            _writer.Write([.. line, '\n'], 0, line.Length + 1);
            return;
        }

        line.CopyTo(_buffer.AsSpan(_length));
        _length += line.Length;
        _buffer[_length++] = '\n';
    }

    public void Flush()
    {
        WriteBuffer();
        _writer.Flush();
    }

    public void Reopen()
    {
    }

    public void Dispose()
    {
    }

    private void WriteBuffer()
    {
        int length = _length;
        _length = 0;
        if (length > 0)
        {
            _writer.Write(_buffer, 0, length);
        }
    }
}
