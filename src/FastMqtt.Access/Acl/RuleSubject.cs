// The client that rules are asked about, as bytes. Made once for a client, kept with its rules.

using System.Text;

namespace FastMqtt.Access;

internal sealed class RuleSubject
{
    private readonly byte[] _clientId;
    private readonly byte[] _userName;

    public RuleSubject(string clientId, string? userName)
    {
        _clientId = Encoding.UTF8.GetBytes(clientId);
        _userName = Encoding.UTF8.GetBytes(userName ?? string.Empty);
        HasUserName = userName is not null;
        IsDangerous = HasWildcard(_clientId) || HasWildcard(_userName);
    }

    public bool HasUserName { get; }

    // A name with wildcards could claim topics of others where it stands in for %c or %u.
    public bool IsDangerous { get; }

    // An empty name matches nothing, and neither does one with a /: it stands for one level.
    public bool IsClientId(ReadOnlySpan<byte> level) => IsName(_clientId, level);

    public bool IsUserName(ReadOnlySpan<byte> level) => IsName(_userName, level);

    private bool IsName(byte[] name, ReadOnlySpan<byte> level) =>
        !IsDangerous && name.Length > 0 && level.SequenceEqual(name);

    private static bool HasWildcard(ReadOnlySpan<byte> name) => name.IndexOfAny((byte)'+', (byte)'#') >= 0;
}
