// Asks a service over HTTP who a client is. Keeps answers for a while under a keyed hash of the question, so that
// neither names nor passwords stay; denials are kept apart, so that guessing does not push good clients out. What is
// not a clear answer in time refuses.

using System.Security.Cryptography;
using System.Text.Json;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Access;

/// <summary>
/// Lets a service decide who comes in: a POST of JSON for each login. No clear answer in time refuses the client with
/// <see cref="ReasonCode.ServerUnavailable"/>.
/// </summary>
public sealed class HttpAuthenticator : IAuthenticator, IDisposable
{
    private const int KeptCountMax = 50_000;

    private readonly HttpHook _hook;
    private readonly TimeProvider _time;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);
    private readonly TimedTable<Digest, DateTimeOffset?> _allowed;
    private readonly TimedTable<Digest, HookDecision> _others;

    /// <summary>Asks nobody yet.</summary>
    /// <param name="options">Where the service is and how it is asked.</param>
    /// <param name="log">Told when the service cannot be asked, at most once in ten seconds.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <exception cref="ArgumentException">The URL is neither http nor https.</exception>
    public HttpAuthenticator(HttpHookOptions options, ILogger log, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _hook = new HttpHook(options, log, _time);
        _allowed = new TimedTable<Digest, DateTimeOffset?>(_time, KeptCountMax);
        _others = new TimedTable<Digest, HookDecision>(_time, KeptCountMax);
    }

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, CancellationToken cancellation)
    {
        var question = LoginQuestion.Of(request);
        var key = Digest.Of(
            _key, string.Empty, JsonSerializer.SerializeToUtf8Bytes(question, HookJson.Default.LoginQuestion));
        if (_allowed.TryGet(key, out DateTimeOffset? expiry))
        {
            return Accept(request, expiry);
        }

        if (_others.TryGet(key, out HookDecision kept))
        {
            return kept == HookDecision.Ignore ? AuthenticationResult.Undecided : AuthenticationResult.Refuse();
        }

        HookAnswer? answer = await _hook.AskAsync(question, HookJson.Default.LoginQuestion, cancellation);
        switch (answer?.Decision)
        {
            case HookDecision.Allow:
                expiry = _time.GetUtcNow() + answer.Value.ExpiresIn;
                _allowed.Put(key, expiry, answer.Value.HoldsFor);
                return Accept(request, expiry);
            case HookDecision.Deny:
                _others.Put(key, HookDecision.Deny, answer.Value.HoldsFor);
                return AuthenticationResult.Refuse();
            case HookDecision.Ignore:
                _others.Put(key, HookDecision.Ignore, answer.Value.HoldsFor);
                return AuthenticationResult.Undecided;
            default:
                return AuthenticationResult.Refuse(ReasonCode.ServerUnavailable);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _hook.Dispose();

    private static AuthenticationResult Accept(AuthenticationRequest request, DateTimeOffset? expiry) =>
        AuthenticationResult.Accept(new ClientIdentity { UserName = request.UserName, ExpiresAt = expiry });
}
