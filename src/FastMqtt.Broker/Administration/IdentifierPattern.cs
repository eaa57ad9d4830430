// Client Identifiers that a person asks for: literal text in which '*' stands for any bytes or none. A match goes on
// from the last '*' when it fails, so it takes no more than length times length, and no memory.

using System.Text;

namespace FastMqtt.Broker.Administration;

internal sealed class IdentifierPattern(string pattern)
{
    private readonly byte[] _pattern = Encoding.UTF8.GetBytes(pattern);

    public bool Matches(ReadOnlySpan<byte> identifier)
    {
        int at = 0;
        int star = -1;
        int retry = 0;
        for (int i = 0; i < identifier.Length;)
        {
            if (at < _pattern.Length && _pattern[at] == (byte)'*')
            {
                star = at++;
                retry = i;
            }
            else if (at < _pattern.Length && _pattern[at] == identifier[i])
            {
                at++;
                i++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                i = ++retry;
            }
            else
            {
                return false;
            }
        }

        return _pattern.AsSpan(at).TrimStart((byte)'*').IsEmpty;
    }
}
