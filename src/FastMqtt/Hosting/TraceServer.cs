// The unix domain socket that fastmqtt trace talks to. A client sends one line of JSON, which says what it wants to
// see, and is sent one line of JSON for each packet until it goes. Only root and the broker's own user may: traces show
// topics, and payloads when asked. Lines wait for a slow client in a bounded buffer, and never a dispatcher for them.
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastMqtt.Broker;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Logging;
using FastMqtt.Transport;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Hosting;

internal sealed class TraceServer : IDisposable
{
    public const string SocketName = "trace.sock";

    private const int TracesMax = 4;
    private const int RequestBytesMax = 4096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(5);
    private static readonly LogSettings Lines =
        LogSettings.Default with { Types = LogSettings.AllTypes, Format = "json" };

    private readonly Socket _listener;
    private readonly string _path;
    private readonly MqttBroker _broker;
    private readonly ILogger _log;
    private readonly Func<Socket, uint?> _peerUser;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private int _running;

    private TraceServer(MqttBroker broker, string path, ILogger log, Func<Socket, uint?> peerUser)
    {
        _broker = broker;
        _path = path;
        _log = log;
        _peerUser = peerUser;
        _listener = Listen(path);
        _accepting = AcceptAsync();
    }

    /// <summary>Serves traces, or says in the log why not: a broker without them is better than none.</summary>
    /// <param name="broker">Whose packets.</param>
    /// <param name="path">As in ProcessSettings.</param>
    /// <param name="log">The process's.</param>
    /// <param name="peerUser">Tells who is at the other end; the system by default.</param>
    public static TraceServer? Start(
        MqttBroker broker, string? path, ILogger log, Func<Socket, uint?>? peerUser = null)
    {
        path ??= DefaultPath(Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY"));
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            return new TraceServer(
                broker, path, log, peerUser ?? (static socket => ProcessIdentity.PeerUser(socket.SafeHandle)));
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            ProcessLog.NoTraceSocket(log, $"{path}: {failure.Message}");
            return null;
        }
    }

    /// <summary>In the directory a service manager has made for this service alone; null: there is none.</summary>
    public static string? DefaultPath(string? runtimeDirectories) => string.IsNullOrEmpty(runtimeDirectories)
        ? null
        : Path.Combine(runtimeDirectories.Split(':')[0], SocketName);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _accepting.GetAwaiter().GetResult();
        _stop.Dispose();
        File.Delete(_path);
    }

    private static Socket Listen(string path)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var left = new FileInfo(path);
            if (left.Exists && left.Length == 0) // a socket that an earlier broker left; never a file with content
            {
                left.Delete();
            }

            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, OwnerOnly); // nobody can connect yet: it does not listen
            }

            listener.Listen(TracesMax);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                serving.RemoveAll(static task => task.IsCompleted);
                serving.Add(ServeAsync(socket));
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException
            or ObjectDisposedException)
        {
            await Task.WhenAll(serving); // the broker ends
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        await using (var stream = new NetworkStream(socket))
        {
            try
            {
                // Read before anything is said: a client that is still writing would lose the answer.
                byte[] buffer = new byte[RequestBytesMax];
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                limit.CancelAfter(RequestLimit);
                int length = await ReadLineAsync(stream, buffer, limit.Token);
                uint? user = _peerUser(socket);
                if (user is not 0 && user != ProcessIdentity.User)
                {
                    await RefuseAsync(stream, "only root and the user of the broker may trace");
                }
                else
                {
                    await FollowAsync(stream, socket, buffer.AsMemory(0, length), user.Value);
                }
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException or SocketException)
            {
                // It went, or never said what it wanted: nobody is there to be told.
            }
        }
    }

    private async Task FollowAsync(NetworkStream stream, Socket socket, Memory<byte> asked, uint user)
    {
        if (Parse(asked.Span) is not { } request)
        {
            await RefuseAsync(stream, "the request is not understood");
            return;
        }

        using var sink = new LogSink(new SocketDestination(socket), DroppedLine);
        var route = new LogRoute(Lines, LogTypes.All, [sink]);
        var logger = new LineLogger(() => route, TimeProvider.System);
        string filter = $"client {request.ClientId ?? "any"}, topic {request.TopicFilter ?? "any"}";
        if (Interlocked.Increment(ref _running) > TracesMax)
        {
            Interlocked.Decrement(ref _running);
            await RefuseAsync(stream, "too many traces are running");
            return;
        }

        try
        {
            using IDisposable trace = _broker.Trace(request, logger);
            ProcessLog.TraceBegan(logger, filter, user); // the first line: from now on every packet is seen
            ProcessLog.TraceBegan(_log, filter, user);
            await ReadToEndAsync(stream, new byte[1]);
            ProcessLog.TraceEnded(_log, filter);
            socket.Shutdown(SocketShutdown.Both); // who does not read must not hold up the end of its sink
        }
        catch (ArgumentException wrong)
        {
            await RefuseAsync(stream, wrong.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static string DroppedLine(long count) =>
        $"{{\"level\":\"warning\",\"event\":\"LinesDropped\",\"message\":\"{count} lines dropped: read too slowly\"}}";

    private static async Task RefuseAsync(NetworkStream stream, string reason)
    {
        string line = $"{{\"error\":\"{JsonEncodedText.Encode(reason)}\"}}\n";
        await stream.WriteAsync(Encoding.UTF8.GetBytes(line));
    }

    private static async Task<int> ReadLineAsync(NetworkStream stream, byte[] buffer, CancellationToken stop)
    {
        int length = 0;
        while (length < buffer.Length)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(length), stop);
            int end = buffer.AsSpan(length, count).IndexOf((byte)'\n');
            if (end >= 0 || count == 0)
            {
                return end >= 0 ? length + end : 0;
            }

            length += count;
        }

        return 0;
    }

    // Until the client goes, or the broker ends.
    private async Task ReadToEndAsync(NetworkStream stream, byte[] buffer)
    {
        try
        {
            while (await stream.ReadAsync(buffer, _stop.Token) > 0)
            {
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The same: it is over.
        }
    }

    private static TraceRequest? Parse(ReadOnlySpan<byte> line)
    {
        string? client = null;
        string? topic = null;
        bool payload = false;
        try
        {
            var reader = new Utf8JsonReader(line);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                string? name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "client":
                        client = reader.GetString();
                        break;
                    case "topic":
                        topic = reader.GetString();
                        break;
                    case "payload":
                        payload = reader.GetBoolean();
                        break;
                }
            }

            return line.IsEmpty ? null : new TraceRequest(client, topic, payload);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
