// One call of `fastmqtt passwd`, understood.
using FastMqtt.Access;

namespace FastMqtt.Commands;

/// <param name="Action">What to do.</param>
/// <param name="Editor">With which hashes.</param>
/// <param name="File">The password file.</param>
/// <param name="UserName">The user; empty where all are meant.</param>
/// <param name="Password">Null: ask for it.</param>
internal sealed record PasswdRequest(
    PasswdAction Action, PasswordFileEditor Editor, string File, string UserName, string? Password);
