// One service that decides, over HTTP: a POST of JSON, an answer that is judged strictly. Whatever is not a clear
// answer in time counts as none, and the callers refuse. Owns the connections; bounded in number, time and answer size.

using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Access;

internal sealed class HttpHook : IDisposable
{
    // An answer is a small object.
    private const int AnswerBytesMax = 16 * 1024;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpHookOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turns;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;
    private long _lastComplaint;

    public HttpHook(HttpHookOptions options, ILogger log, TimeProvider time)
    {
        if (options.Url.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"'{options.Url.Scheme}' is neither http nor https", nameof(options));
        }

        _options = options;
        _log = log;
        _time = time;
        _lastComplaint = time.GetTimestamp() - (60 * time.TimestampFrequency);
        _turns = new SemaphoreSlim(options.ConcurrencyMax);
        _handler = CreateHandler(options);
        _client = new HttpClient(_handler, disposeHandler: false)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    // Null: no answer that could be used; why is in the log.
    public async ValueTask<HookAnswer?> AskAsync<T>(T question, JsonTypeInfo<T> shape, CancellationToken cancellation)
    {
        using var limited = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellation);
        try
        {
            await _turns.WaitAsync(either.Token);
            try
            {
                return await SendAsync(JsonSerializer.SerializeToUtf8Bytes(question, shape), either.Token);
            }
            finally
            {
                _turns.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Complain("no answer in time");
        }
        catch (Exception exception) when (exception
            is HttpRequestException or IOException or SocketException or JsonException or InvalidOperationException)
        {
            Complain(exception is JsonException ? "its answer is not the JSON that was asked for" : exception.Message);
        }

        return null;
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
        _turns.Dispose();
    }

    private static SocketsHttpHandler CreateHandler(HttpHookOptions options) => new()
    {
        AllowAutoRedirect = false, // credentials go where the operator says and nowhere else
        UseCookies = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), // so that changed addresses are noticed
        MaxConnectionsPerServer = options.ConcurrencyMax,
    };

    private async ValueTask<HookAnswer?> SendAsync(byte[] body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = Json;
        using HttpResponseMessage response = await _client.SendAsync(request, cancellation);
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellation);
                return Judge(JsonSerializer.Deserialize(answer, HookJson.Default.HookReply));
            case HttpStatusCode.NoContent:
                return new HookAnswer(HookDecision.Allow, null, _options.CacheFor);
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                return new HookAnswer(HookDecision.Deny, null, _options.CacheFor);
            default:
                Complain($"its status is {(int)response.StatusCode}");
                return null;
        }
    }

    private HookAnswer? Judge(HookReply? reply)
    {
        HookDecision? decision = reply?.Result switch
        {
            "allow" => HookDecision.Allow,
            "deny" => HookDecision.Deny,
            "ignore" => HookDecision.Ignore,
            _ => null,
        };
        bool isPlausible = reply is { ExpiresIn: null or (> 0 and <= HookReply.SecondsMax) }
            && reply is { CacheSeconds: null or (>= 0 and <= HookReply.SecondsMax) };
        if (decision is null || !isPlausible)
        {
            Complain("its answer is not one of those that were asked for");
            return null;
        }

        TimeSpan? expiresIn = reply!.ExpiresIn is double expiry ? TimeSpan.FromSeconds(expiry) : null;
        TimeSpan holdsFor = reply.CacheSeconds is double kept ? TimeSpan.FromSeconds(kept) : _options.CacheFor;
        return new HookAnswer(decision.Value, expiresIn, expiresIn < holdsFor ? expiresIn.Value : holdsFor);
    }

    // Once in ten seconds: a service that is away would fill the log.
    private void Complain(string problem)
    {
        long now = _time.GetTimestamp();
        long last = Volatile.Read(ref _lastComplaint);
        if (_time.GetElapsedTime(last, now) >= TimeSpan.FromSeconds(10)
            && Interlocked.CompareExchange(ref _lastComplaint, now, last) == last)
        {
            // Without query and user name, where operators keep keys.
            AccessLog.HookFailed(_log, _options.Url.GetLeftPart(UriPartial.Path), problem);
        }
    }
}
