// The users of a password file in Mosquitto's format. Owns the file's content as one immutable table that a reload
// replaces; readers take it once and need no lock. What a login costs does not tell whether the user exists, and a
// fleet that reconnects does not pay for its hashes again. Never logs a password.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Access;

/// <summary>
/// The users of a password file, as Mosquitto 1.x to 2.1 write it: <c>user:hash</c> a line, with <c>$6$</c>,
/// <c>$7$</c> and <c>$argon2id$</c> hashes, and <c>$scram-sha-256$</c> of our own. A file that changes is read again.
/// </summary>
public sealed class PasswordFile : IAuthenticator, IDisposable
{
    // Hashes computed at once: logins must leave processors to the dispatchers.
    private readonly SemaphoreSlim _turns = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly WatchedFile _file;
    private volatile PasswordTable _table = PasswordTable.Empty;

    // What the broker tells of a user nobody knows: the two must not be told apart.
    private static AuthenticationResult Wrong => AuthenticationResult.Refuse(ReasonCode.BadUserNameOrPassword);

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">Told of reloads, and of a changed file that is bad.</param>
    /// <param name="time">The clock that decides when to look at the file; null: the system's.</param>
    /// <exception cref="AccessFileException">The file cannot be used.</exception>
    public PasswordFile(string path, ILogger log, TimeProvider? time = null) =>
        _file = new WatchedFile(path, Load, log, time ?? TimeProvider.System);

    /// <summary>Reads the file now; false: it is bad, which is logged, and its users stay as they were.</summary>
    public bool Reload() => _file.Reload();

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(
        AuthenticationRequest request, CancellationToken cancellation)
    {
        if (request.UserName is null)
        {
            return AuthenticationResult.Undecided;
        }

        PasswordTable table = _table;
        bool isKnown = table.Users.TryGetValue(request.UserName, out PasswordHash? hash);
        if (request.Password is not ReadOnlyMemory<byte> password)
        {
            return isKnown ? Wrong : AuthenticationResult.Undecided;
        }

        if (!table.Successes.Contains(request.UserName, password.Span))
        {
            await _turns.WaitAsync(cancellation);
            try
            {
                // Somebody unknown costs as much as a wrong password, and never gets in.
                bool matches = (hash ?? table.Decoy).Matches(password.Span);
                if (!isKnown || !matches)
                {
                    return isKnown ? Wrong : AuthenticationResult.Undecided;
                }
            }
            finally
            {
                _turns.Release();
            }

            table.Successes.Add(request.UserName, password.Span);
        }

        return AuthenticationResult.Accept(new ClientIdentity { UserName = request.UserName });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _turns.Dispose();
    }

    // The SCRAM credentials of a user, or for anyone else some that look like them and that no password fits.
    internal ScramHash ScramFor(string userName, out bool isKnown)
    {
        PasswordTable table = _table;
        if (table.Users.TryGetValue(userName, out PasswordHash? hash) && hash is ScramHash scram)
        {
            isKnown = true;
            return scram;
        }

        isKnown = false;
        return table.ScramDecoy(Encoding.UTF8.GetBytes(userName));
    }

    private void Load(string path) => _table = new PasswordTable(PasswordFileParser.Parse(path));
}
