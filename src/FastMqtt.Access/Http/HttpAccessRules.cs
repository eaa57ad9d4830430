// Asks a service over HTTP what clients may publish to and subscribe to. Owns the answers, by client and topic, so that
// a client that comes back is not asked about again. What may be subscribed to may be received: asking for every
// message would make the service part of its path.

using FastMqtt.Broker.Access;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Access;

/// <summary>
/// Lets a service decide what clients publish to and subscribe to: a POST of JSON for each new topic of a client. No
/// clear answer in time is a denial, which is not kept.
/// </summary>
public sealed class HttpAccessRules : IAccessRules, IDisposable
{
    // 10,000 clients at 100 topics each are some 200 MB at the very most.
    private const int ClientCountMax = 10_000;

    private readonly HttpHook _hook;
    private readonly TimeProvider _time;
    private readonly bool _ignoreAllows;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string ClientId, string? UserName), HttpClientRules> _clients = [];
    private int _generation = 1;

    /// <summary>Asks nobody yet.</summary>
    /// <param name="options">Where the service is and how it is asked.</param>
    /// <param name="log">Told when the service cannot be asked, at most once in ten seconds.</param>
    /// <param name="ignoreAllows">
    /// What the answer "ignore" means: true where other rules have to agree as well, false where nobody else is asked.
    /// </param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <exception cref="ArgumentException">The URL is neither http nor https.</exception>
    public HttpAccessRules(HttpHookOptions options, ILogger log, bool ignoreAllows = false, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _hook = new HttpHook(options, log, _time);
        _ignoreAllows = ignoreAllows;
    }

    /// <inheritdoc/>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>Forgets every answer: each client is asked about anew.</summary>
    public void Reload()
    {
        lock (_lock)
        {
            _clients.Clear();
            Interlocked.Increment(ref _generation);
        }
    }

    /// <inheritdoc/>
    public IClientRules RulesFor(string clientId, ClientIdentity identity)
    {
        lock (_lock)
        {
            if (_clients.TryGetValue((clientId, identity.UserName), out HttpClientRules? rules))
            {
                return rules;
            }

            if (_clients.Count >= ClientCountMax)
            {
                _clients.Clear();
            }

            rules = new HttpClientRules(_hook, _time, clientId, identity.UserName, _ignoreAllows);
            _clients.Add((clientId, identity.UserName), rules);
            return rules;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _hook.Dispose();
}
