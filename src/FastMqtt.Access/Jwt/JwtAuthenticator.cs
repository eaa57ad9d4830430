// Clients that show a JSON Web Token (RFC 7519). Owns the keys; a changed key file is read again. A password that is no
// token is somebody else's to judge; a token that is not good refuses the client. Never logs a token.

using System.Text;
using FastMqtt.Broker.Access;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Access;

/// <summary>
/// Lets clients in whose password is a good JSON Web Token: HS256, RS256 or ES256. Its claims <c>publish</c> and
/// <c>subscribe</c>, lists of topic filters, are the client's rules; when it expires the client is disconnected.
/// </summary>
public sealed class JwtAuthenticator : IAuthenticator, IDisposable
{
    private readonly JwtOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly List<WatchedFile> _files = [];
    private volatile JwtKey[] _hmacKeys = [];
    private volatile JwtKey[] _pemKeys = [];
    private volatile JwtKey[] _setKeys = [];

    /// <summary>Reads the key files.</summary>
    /// <param name="options">Which tokens are good.</param>
    /// <param name="log">Told of reloads, of changed files that are bad, and why tokens are refused.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <exception cref="AccessFileException">A key file cannot be used.</exception>
    /// <exception cref="ArgumentException">No key file is named.</exception>
    public JwtAuthenticator(JwtOptions options, ILogger log, TimeProvider? time = null)
    {
        _options = options;
        _log = log;
        _time = time ?? TimeProvider.System;
        Watch(options.HmacKeyFile, path => _hmacKeys = JwtKeyFiles.ReadHmac(path));
        Watch(options.KeyFile, path => _pemKeys = JwtKeyFiles.ReadPem(path));
        Watch(options.JwksFile, path => _setKeys = JsonWebKeySet.Read(path));
        if (_files.Count == 0)
        {
            throw new ArgumentException("no key file is named", nameof(options));
        }
    }

    /// <summary>Reads the key files now; false: one is bad, which is logged, and its keys stay as they were.</summary>
    public bool Reload()
    {
        bool isGood = true;
        foreach (WatchedFile file in _files)
        {
            isGood &= file.Reload();
        }

        return isGood;
    }

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> text = _options.TokenIsUserName
            ? Encoding.UTF8.GetBytes(request.UserName ?? string.Empty)
            : request.Password.GetValueOrDefault();
        using Jwt? token = Jwt.TryParse(text);
        if (token is null)
        {
            return new(AuthenticationResult.Undecided);
        }

        string? problem = JwtChecks.FindProblem(token, _options, _time.GetUtcNow(), IsVerified(token));
        if (problem is not null)
        {
            AccessLog.TokenRefused(_log, request.ClientId, problem);
            return new(AuthenticationResult.Refuse());
        }

        return new(AuthenticationResult.Accept(new ClientIdentity
        {
            UserName = Jwt.Text(token.Claims, _options.UserNameClaim),
            ExpiresAt = JwtChecks.ExpiryOf(token, _options),
            AccessRules = TokenRules.TryCreate(token.Claims),
        }));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (WatchedFile file in _files)
        {
            file.Dispose();
        }
    }

    private bool IsVerified(Jwt token) => IsVerified(token, _hmacKeys)
        || IsVerified(token, _pemKeys)
        || IsVerified(token, _setKeys);

    private static bool IsVerified(Jwt token, JwtKey[] keys)
    {
        string? algorithm = Jwt.Text(token.Header, "alg");
        string? keyId = Jwt.Text(token.Header, "kid");
        foreach (JwtKey key in keys)
        {
            // A key serves one algorithm only: "none", or a public key as a secret, fits no key.
            bool mayBeIt = key.Algorithm == algorithm && (keyId is null || key.KeyId is null || key.KeyId == keyId);
            if (mayBeIt && key.Verifies(token.Signed.Span, token.Signature))
            {
                return true;
            }
        }

        return false;
    }

    private void Watch(string? path, Action<string> load)
    {
        if (path is not null)
        {
            _files.Add(new WatchedFile(path, load, _log, _time));
        }
    }
}
