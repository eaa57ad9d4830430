// One TCP connection to the broker that never blocks: bytes out, whole frames in. It notices the broker's end and says
// so only after everything that had arrived was read: an acknowledgement that got through counts.
using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Crash.Clients;

internal sealed class Link : IDisposable
{
    private const int InputBytes = 64 << 10;

    private readonly Socket _socket;
    private readonly ArrayBufferWriter<byte> _output = new();
    private byte[] _input = new byte[InputBytes];
    private int _start;
    private int _end;
    private int _sent;

    private Link(Socket socket) => _socket = socket;

    public bool IsOpen { get; private set; } = true;

    public Socket Socket => _socket;

    // Null: nobody listens.
    public static Link? TryOpen(IPEndPoint broker)
    {
        var socket = new Socket(broker.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(broker);
            socket.Blocking = false;
            return new Link(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();

    // Ends like a client that lost power: the broker gets a reset, and what was under way in both directions is lost.
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
        IsOpen = false;
    }

    public void Send(ReadOnlySpan<byte> packet) => _output.Write(packet);

    public void Flush()
    {
        while (IsOpen && _sent < _output.WrittenCount)
        {
            int count = _socket.Send(_output.WrittenSpan[_sent..], SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            if (error != SocketError.Success)
            {
                // Not the end yet: what the broker sent before it went may still be there to be read.
                break;
            }

            _sent += count;
        }

        _output.ResetWrittenCount();
        _sent = 0;
    }

    public void Receive()
    {
        while (IsOpen)
        {
            MakeRoom();
            int count = _socket.Receive(_input.AsSpan(_end), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            IsOpen = error == SocketError.Success && count > 0;
            _end += count;
        }
    }

    // The body is good until the next Receive.
    public bool TryRead(ProtocolVersion version, out FixedHeader header, out ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> input = _input.AsSpan(_start, _end - _start);
        FrameResult result = FrameDecoder.TryRead(input, int.MaxValue, out header, out ReasonCode error, version);
        if (result == FrameResult.Malformed)
        {
            throw new InvalidDataException($"the broker has sent a malformed packet: {error}");
        }

        body = default;
        if (result != FrameResult.Complete)
        {
            return false;
        }

        body = input[header.HeaderLength..header.TotalLength];
        _start += header.TotalLength;
        return true;
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _input.AsSpan(_start, _end - _start).CopyTo(_input);
            _end -= _start;
            _start = 0;
        }

        if (_end == _input.Length)
        {
            Array.Resize(ref _input, _input.Length * 2);
        }
    }
}
