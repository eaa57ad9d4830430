// One blocking TCP connection of the seed's benchmark. Owns the socket. A receive is one system call and returns what
// is there, which is what that benchmark calls a data event.
using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Bench.Seed;

internal sealed class SeedClient : IDisposable
{
    // A broker that says nothing for so long has lost the message or the connection.
    private const int SilenceMillisecondsMax = 10_000;

    private SeedClient(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    // The original leaves the socket's default: small writes may wait for an acknowledgement.
    public static SeedClient Connect(IPEndPoint target)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = SilenceMillisecondsMax,
            SendTimeout = SilenceMillisecondsMax,
        };
        try
        {
            socket.Connect(target);
            return new SeedClient(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and demands exactly this answer, alone in one read.</summary>
    public void Exchange(ReadOnlySpan<byte> request, ReadOnlySpan<byte> answer, string name)
    {
        Send(request);
        Span<byte> buffer = stackalloc byte[256];
        ReadOnlySpan<byte> received = buffer[..Receive(buffer)];
        if (!received.SequenceEqual(answer))
        {
            throw new BenchException(
                $"unexpected {name}: expected {Convert.ToHexString(answer)}, found {Convert.ToHexString(received)}");
        }
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    /// <summary>One receive; never zero bytes.</summary>
    public int Receive(Span<byte> buffer)
    {
        int count = Socket.Receive(buffer, SocketFlags.None, out SocketError status);
        return status switch
        {
            SocketError.Success when count > 0 => count,
            SocketError.Success => throw new BenchException("the broker closed the connection"),
            SocketError.TimedOut or SocketError.WouldBlock => throw new BenchException(
                $"the broker sent nothing for {SilenceMillisecondsMax / 1000} s"),
            _ => throw new SocketException((int)status),
        };
    }

    public void Dispose() => Socket.Dispose();
}
