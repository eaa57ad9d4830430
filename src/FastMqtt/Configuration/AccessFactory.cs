// From the settings about access to the objects that decide: password_file, acl_file, jwt_*, http_*. The one place that
// knows which classes these are. Fails closed: what is configured and cannot be had keeps the broker from starting.
// Owns the objects: those with the same settings are one object, for all listeners and over a reload, so that what they
// remember stays; those that no listener needs any more after a reload are disposed of.
using FastMqtt.Access;
using FastMqtt.Broker.Access;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Configuration;

internal sealed class AccessFactory(ILogger log) : IDisposable
{
    private readonly Dictionary<string, object> _parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The settings are mapped anew: what is made from now on is what is needed.</summary>
    public void Begin() => _used.Clear();

    /// <summary>What decides for one listener. Several may have the same settings, and then the same objects.</summary>
    public ListenerAccess Create(SettingTable security, ListenerSection listener, ICollection<Problem> problems)
    {
        var authenticators = new List<IAuthenticator>();
        var methods = new List<IEnhancedAuthenticator>();
        var rules = new List<IAccessRules>();
        if (Jwt(security, listener, problems) is { } tokens)
        {
            authenticators.Add(tokens);
        }

        if (Part(security, "password_file", listener, problems, path => new PasswordFile(path, log)) is { } users)
        {
            authenticators.Add(users);
            methods.Add(new ScramSha256(users));
        }

        if (Part(security, "acl_file", listener, problems, path => new AclFile(path, log)) is { } list)
        {
            rules.Add(list);
        }

        string hook = $"{security.Text("http_auth_timeout")} {security.Text("http_auth_cache")}";
        if (Part(
            security, "http_auth_url", listener, problems, url => new HttpAuthenticator(Hook(url, security), log), hook)
            is { } service)
        {
            authenticators.Add(service); // last: it takes longest
        }

        // A service that has no opinion leaves it to the list, if there is one; without one it is a no.
        bool hasList = rules.Count > 0;
        if (Part(
            security,
            "http_acl_url",
            listener,
            problems,
            url => new HttpAccessRules(Hook(url, security), log, hasList),
            $"{hook} {hasList}") is { } judge)
        {
            rules.Add(judge);
        }

        return new ListenerAccess(
            authenticators.Count switch
            {
                0 => null,
                1 => authenticators[0],
                _ => new AuthenticatorChain([.. authenticators]),
            },
            methods,
            rules.Count switch
            {
                0 => null,
                1 => rules[0],
                _ => Kept(
                    $"all {security.Text("acl_file")} {security.Text("http_acl_url")}",
                    () => new AccessRulesAll([.. rules])),
            });
    }

    /// <summary>All that is in use reads its files again; what is bad keeps what it has, which is logged.</summary>
    public void Reload()
    {
        foreach (object part in _parts.Values)
        {
            switch (part)
            {
                case PasswordFile users:
                    users.Reload();
                    break;
                case AclFile list:
                    list.Reload();
                    break;
                case JwtAuthenticator tokens:
                    tokens.Reload();
                    break;
                case HttpAccessRules judge:
                    judge.Reload();
                    break;
            }
        }
    }

    /// <summary>What was made is in force: what is not needed any more goes.</summary>
    public void End()
    {
        foreach ((string key, object part) in _parts)
        {
            if (!_used.Contains(key))
            {
                _parts.Remove(key); // a dictionary allows that while it is looked through
                (part as IDisposable)?.Dispose();
            }
        }
    }

    public void Dispose()
    {
        _used.Clear();
        End();
    }

    private static HttpHookOptions Hook(string url, SettingTable security) => new()
    {
        Url = new Uri(url),
        Timeout = TimeSpan.FromSeconds(security.Number("http_auth_timeout") ?? 5),
        CacheFor = TimeSpan.FromSeconds(security.Number("http_auth_cache") ?? 60),
    };

    private JwtAuthenticator? Jwt(
        SettingTable security, ListenerSection listener, ICollection<Problem> problems)
    {
        var options = new JwtOptions
        {
            HmacKeyFile = security.Text("jwt_hmac_key_file"),
            KeyFile = security.Text("jwt_key_file"),
            JwksFile = security.Text("jwt_jwks_file"),
            Issuer = security.Text("jwt_issuer"),
            Audience = security.Text("jwt_audience"),
            UserNameClaim = security.Text("jwt_username_claim") ?? "sub",
        };
        string? first = Array.Find(
            ["jwt_hmac_key_file", "jwt_key_file", "jwt_jwks_file"], name => security.Text(name) is not null);
        return first is null
            ? null
            : Part(security, first, listener, problems, _ => new JwtAuthenticator(options, log), $"{options}");
    }

    // The part that a setting asks for; null: it does not, or it cannot be had, which is a problem then.
    private T? Part<T>(
        SettingTable security,
        string name,
        ListenerSection listener,
        ICollection<Problem> problems,
        Func<string, T> make,
        string? others = null)
        where T : class
    {
        if (!security.TryFind(name, out Setting? setting) || security.Text(name) is not { } value)
        {
            return null;
        }

        try
        {
            return Kept($"{name} {value} {others}", () => make(value));
        }
        catch (Exception exception) when (exception is AccessFileException or ArgumentException or UriFormatException)
        {
            problems.Add(new(setting.Origin, $"{name}: {exception.Message} (listener {listener.Label})"));
            return null;
        }
    }

    private T Kept<T>(string key, Func<T> make)
        where T : class
    {
        _used.Add(key);
        if (!_parts.TryGetValue(key, out object? part))
        {
            part = make();
            _parts.Add(key, part);
        }

        return (T)part;
    }
}
