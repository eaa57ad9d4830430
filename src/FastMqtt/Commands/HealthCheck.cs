// One exchange with a broker as an MQTT 3.1.1 client: CONNECT, PINGREQ, DISCONNECT. Bytes are written out here on
// purpose: a health check that shares the broker's codec would share its faults.
using System.Net;
using System.Net.Sockets;
using FastMqtt.Transport;

namespace FastMqtt.Commands;

internal static class HealthCheck
{
    private const byte Accepted = 0;

    private static readonly byte[] Connect =
    [
        0x10, 12,                   // CONNECT, remaining length
        0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T',
        4,                          // protocol level: 3.1.1
        0b0000_0010,                // clean session
        0, 10,                      // keep alive, seconds
        0, 0,                       // empty client identifier
    ];

    private static readonly byte[] PingRequest = [0xC0, 0];
    private static readonly byte[] PingResponse = [0xD0, 0];
    private static readonly byte[] Disconnect = [0xE0, 0];

    /// <summary>Null when the broker answers as a broker does within the limit, otherwise what went wrong.</summary>
    public static string? Ask(string host, int port, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            return AskAsync(host, port, deadline.Token).GetAwaiter().GetResult();
        }
        catch (SocketException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException)
        {
            return $"no answer within {limit.TotalSeconds:0.#} s";
        }
    }

    private static async Task<string?> AskAsync(string host, int port, CancellationToken cancellation)
    {
        IPAddress address = HostAddress.Resolve(host);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(address, port), cancellation);
        await socket.SendAsync(Connect, cancellation);

        var answer = new byte[4];
        if (!await ReceiveAllAsync(socket, answer, cancellation))
        {
            return "connection closed instead of CONNACK";
        }

        if (answer[0] != 0x20 || answer[1] != 2)
        {
            return $"unexpected answer to CONNECT: {Convert.ToHexString(answer)}";
        }

        // "Not authorized" and its like are answers too: the broker is alive and keeps its rules.
        if (answer[3] != Accepted)
        {
            return null;
        }

        await socket.SendAsync(PingRequest, cancellation);
        var response = new byte[PingResponse.Length];
        if (!await ReceiveAllAsync(socket, response, cancellation) || !response.AsSpan().SequenceEqual(PingResponse))
        {
            return "no PINGRESP after PINGREQ";
        }

        await socket.SendAsync(Disconnect, cancellation);
        return null;
    }

    private static async Task<bool> ReceiveAllAsync(Socket socket, Memory<byte> buffer, CancellationToken cancellation)
    {
        while (!buffer.IsEmpty)
        {
            int count = await socket.ReceiveAsync(buffer, cancellation);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }
}
