// Whom a line of the log is about, fact by fact: identifier, address, listener, user name; never a password. Part of
// every line about a client.

using System.Text;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Diagnostics;

internal readonly struct Subject(Client client, byte[]? identifier, string? userName = null)
{
    public Client Client => client;

    public ClientName Name => new(identifier);

    public string Listener => client.Listener.Name;

    public bool TryFormat(LogField field, Span<char> destination, out int charsWritten)
    {
        charsWritten = 0;
        switch (field)
        {
            case LogField.Client:
                return identifier is null || Name.TryFormat(destination, out charsWritten, default, null);
            case LogField.Address:
                return client.Connection.Peer.TryFormat(destination, out charsWritten, default, null);
            case LogField.Listener:
                return TryCopy(Listener, destination, out charsWritten);
            case LogField.UserName:
                string? name = userName ?? client.Session?.UserName;
                return name is null || TryCopy(name, destination, out charsWritten);
            default:
                return true;
        }
    }

    /// <summary>Copies text that may hold anything; see LogText.</summary>
    public static bool TryCopy(string text, Span<char> destination, out int charsWritten)
    {
        charsWritten = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!(Rune.IsControl(rune) ? Rune.ReplacementChar : rune).TryEncodeToUtf16(
                destination[charsWritten..], out int written))
            {
                return false;
            }

            charsWritten += written;
        }

        return true;
    }
}
