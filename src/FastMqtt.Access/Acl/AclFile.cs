// An access control list by Mosquitto's rules. Owns the file's rules as one immutable table that a reload replaces.
// Checks run on dispatchers, on what was compiled when the client came: no lock, no allocation.
//
// What applies, as of Mosquitto 2.1 (acl_parse.c, acl_check.c; 2.0 but for what is said):
// - Only # in the first column begins a comment. Words are divided by spaces, not tabs. `topic [access] filter`,
//   `pattern [access] filter`, `user name`; access is read, write, readwrite (the default) or deny; a filter with
//   spaces needs an access before it. Anything else makes the whole file bad. User and filter may contain spaces.
// - Topics before the first user line are for clients without a user name, and for nobody else. Those behind a user
//   line are for that user; several user lines for one user add up. Patterns are for everybody wherever they stand.
// - First the client's topics: a deny that matches refuses, whatever the order, otherwise one that grants allows. If
//   none matches, the patterns the same way. If none matches, refused: an empty file refuses everything.
// - A topic that begins with $ is only matched by a filter that does: # does not grant $SYS/#.
// - If there are patterns and the client's topics do not decide, a user name or Client Identifier with + or # is
//   refused everything. %c and %u count where they are a whole level, and a name with / matches no level (2.0: it was
//   put into the text). A pattern with %u anywhere is not for clients without a user name.
// - Subscribing and unsubscribing are always allowed; what is received is checked, message by message, as read.
// - Nobody publishes to $SYS... but, if a rule grants it, to $SYS/broker/connection/+/state, nor to $share... ever.

using FastMqtt.Broker.Access;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Access;

/// <summary>
/// An access control list as Mosquitto's acl_file: <c>user</c>, <c>topic</c> and <c>pattern</c> lines. A file that
/// changes is read again.
/// </summary>
public sealed class AclFile : IAccessRules, IDisposable
{
    private readonly ILogger _log;
    private readonly WatchedFile _file;
    private volatile AclTable _table = new();
    private int _generation;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">Told of reloads, of a changed file that is bad, and of odd patterns.</param>
    /// <param name="time">The clock that decides when to look at the file; null: the system's.</param>
    /// <exception cref="AccessFileException">The file cannot be used.</exception>
    public AclFile(string path, ILogger log, TimeProvider? time = null)
    {
        _log = log;
        _file = new WatchedFile(path, Load, log, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>Reads the file now; false: it is bad, which is logged, and its rules stay as they were.</summary>
    public bool Reload() => _file.Reload();

    /// <inheritdoc/>
    public IClientRules RulesFor(string clientId, ClientIdentity identity)
    {
        AclTable table = _table;
        RuleTrie? topics = identity.UserName is null
            ? table.Anonymous
            : table.Users.GetValueOrDefault(identity.UserName);
        return new AclClientRules(topics, table.Patterns, new RuleSubject(clientId, identity.UserName));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // The table first: who reads the new generation must find it.
    private void Load(string path)
    {
        _table = AclFileParser.Parse(path, _log);
        Interlocked.Increment(ref _generation);
    }
}
