// A real HTTP server on loopback that answers what a test says, as bytes: also what no good server would send.

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FastMqtt.Access.Tests;

internal sealed class HookServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, Task<string>> _answer;
    private readonly ConcurrentQueue<string> _bodies = new();
    private int _open;

    // The answer to a body is a whole response; one that is empty closes the connection.
    public HookServer(Func<string, Task<string>> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public HookServer(string response)
        : this(_ => Task.FromResult(response))
    {
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/hook?key=secret-key");

    public IReadOnlyCollection<string> Bodies => _bodies;

    public int OpenMost { get; private set; }

    public static string Json(string body, int status = 200) => string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    public static string Status(int status) =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} Status\r\nContent-Length: 0\r\n\r\n");

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException
            or SocketException)
        {
            return; // the test is over
        }
    }

    private async Task ServeAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                NetworkStream stream = connection.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1);
                while (await ReadBodyAsync(reader) is string body)
                {
                    _bodies.Enqueue(body);
                    OpenMost = Math.Max(OpenMost, Interlocked.Increment(ref _open));
                    string response = await _answer(body);
                    Interlocked.Decrement(ref _open);
                    if (response.Length == 0)
                    {
                        return;
                    }

                    await stream.WriteAsync(Encoding.Latin1.GetBytes(response));
                }
            }
            catch (IOException)
            {
                return; // the client had enough
            }
        }
    }

    private static async Task<string?> ReadBodyAsync(StreamReader reader)
    {
        int length = 0;
        string? line = await reader.ReadLineAsync();
        while (line is { Length: > 0 })
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line.AsSpan("Content-Length:".Length), CultureInfo.InvariantCulture);
            }

            line = await reader.ReadLineAsync();
        }

        if (line is null)
        {
            return null;
        }

        char[] body = new char[length];
        await reader.ReadBlockAsync(body);
        return new string(body);
    }
}
