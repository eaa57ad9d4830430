// `fastmqtt trace`: shows what a client of a running broker does, as it happens. The trace is on for as long as the
// command runs: the broker ends it when the connection ends, however that comes about.
using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using FastMqtt.Hosting;

namespace FastMqtt.Commands;

internal static class TraceCommand
{
    private const string UsualDirectory = "/run/fastmqtt";

    public static Command Create(TextWriter output, TextWriter error)
    {
        var client = new Option<string?>("--client") { HelpName = "ID", Description = "Packets of this client" };
        var topic = new Option<string?>("--topic")
        {
            HelpName = "FILTER",
            Description = "PUBLISH packets that this topic filter matches",
        };
        var socket = new Option<string?>("--socket")
        {
            HelpName = "PATH",
            Description = "The broker's trace_socket (default: trace.sock in $RUNTIME_DIRECTORY or /run/fastmqtt)",
        };
        var seconds = new Option<int?>("--seconds") { HelpName = "N", Description = "End after so many seconds" };
        var payload = new Option<bool>("--payload") { Description = "Show the beginning of payloads" };
        var json = new Option<bool>("--json") { Description = "One JSON object a line" };
        var command = new Command("trace", "Show packets of a running broker as they come and go")
        {
            client, topic, socket, seconds, payload, json,
        };
        command.SetAction((parsed, stop) =>
        {
            string path = parsed.GetValue(socket)
                ?? TraceServer.DefaultPath(Environment.GetEnvironmentVariable("RUNTIME_DIRECTORY"))
                ?? Path.Combine(UsualDirectory, TraceServer.SocketName);
            byte[] request = Request(
                parsed.GetValue(client), parsed.GetValue(topic), parsed.GetValue(payload));
            TimeSpan? limit = parsed.GetValue(seconds) is { } count ? TimeSpan.FromSeconds(count) : null;
            return RunAsync(path, request, limit, parsed.GetValue(json), output, error, stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string path,
        byte[] request,
        TimeSpan? limit,
        bool asJson,
        TextWriter output,
        TextWriter error,
        CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(request, stop);
            if (limit is { } time)
            {
                ending.CancelAfter(time);
            }

            using var reader = new StreamReader(stream, Encoding.UTF8);
            while (await reader.ReadLineAsync(ending.Token) is { } line)
            {
                if (!TryPrint(line, asJson, output, error))
                {
                    return ExitCodes.Failure;
                }
            }

            await error.WriteLineAsync("fastmqtt: the broker has ended the trace");
            return ExitCodes.Failure;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Success;
        }
        catch (Exception failure) when (failure is SocketException or IOException or ArgumentException)
        {
            await error.WriteLineAsync($"fastmqtt: {path}: {failure.Message}");
            return ExitCodes.Failure;
        }
    }

    private static bool TryPrint(string line, bool asJson, TextWriter output, TextWriter error)
    {
        using JsonDocument parsed = JsonDocument.Parse(line);
        JsonElement fields = parsed.RootElement;
        if (fields.TryGetProperty("error", out JsonElement reason))
        {
            error.WriteLine($"fastmqtt: {reason.GetString()}");
            return false;
        }

        output.WriteLine(asJson ? line : Text(fields));
        output.Flush();
        return true;
    }

    private static string Text(JsonElement fields)
    {
        string time = fields.TryGetProperty("time", out JsonElement at)
            ? at.GetDateTimeOffset().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)
            : string.Empty;
        string payload = fields.TryGetProperty("payload", out JsonElement shown)
            ? $" {shown.GetString()}"
            : string.Empty;
        return $"{time} {fields.GetProperty("message").GetString()}{payload}";
    }

    private static byte[] Request(string? client, string? topic, bool payload)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("client", client);
            writer.WriteString("topic", topic);
            writer.WriteBoolean("payload", payload);
            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }
}
