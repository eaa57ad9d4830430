// Lines to one client over a socket that somebody else owns: a trace. When that closes it, writing ends with lines
// lost, which nobody is left to be told of.
using System.Net.Sockets;
using System.Text;

namespace FastMqtt.Logging;

internal sealed class SocketDestination(Socket socket) : ILogDestination
{
    private readonly MemoryStream _buffer = new();

    public void Append(LogTypes type, ReadOnlySpan<char> line)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(line) + 1];
        int length = Encoding.UTF8.GetBytes(line, bytes);
        bytes[length] = (byte)'\n';
        _buffer.Write(bytes);
    }

    /// <exception cref="IOException">Nobody takes it.</exception>
    public void Flush()
    {
        ReadOnlySpan<byte> rest = _buffer.GetBuffer().AsSpan(0, (int)_buffer.Length);
        _buffer.SetLength(0);
        try
        {
            while (!rest.IsEmpty)
            {
                rest = rest[socket.Send(rest)..];
            }
        }
        catch (SocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    public void Reopen()
    {
    }

    public void Dispose() => _buffer.Dispose();
}
