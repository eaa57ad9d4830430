// A password file's lines, by Mosquitto 2.1's rules: a line is skipped if it begins with # or has no colon; the user
// is what stands before the colon and the hash what stands behind it up to the next one, both trimmed; an empty part, a
// second line for a user, or a hash in no known form makes the whole file bad. Plain text is such a hash.

using System.Text;

namespace FastMqtt.Access;

internal static class PasswordFileParser
{
    private const int LengthMax = ushort.MaxValue;

    public static Dictionary<string, PasswordHash> Parse(string path)
    {
        ReadOnlySpan<byte> rest = AccessFileLines.ReadAll(path);
        var users = new Dictionary<string, PasswordHash>(StringComparer.Ordinal);
        for (int number = 1; AccessFileLines.TryNext(ref rest, out ReadOnlySpan<byte> line); number++)
        {
            if (line.StartsWith((byte)'#') || !line.Contains((byte)':'))
            {
                continue;
            }

            (string userName, PasswordHash hash) = ParseLine(path, number, line);
            if (!users.TryAdd(userName, hash))
            {
                throw AccessFileException.At(path, number, $"user '{userName}' has a line already");
            }
        }

        return users;
    }

    private static (string UserName, PasswordHash Hash) ParseLine(string path, int number, ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> name = AccessFileLines.Trim(AccessFileLines.NextToken(ref line, (byte)':'));
        ReadOnlySpan<byte> text = AccessFileLines.Trim(AccessFileLines.NextToken(ref line, (byte)':'));
        if (name.IsEmpty || name.Length > LengthMax || !System.Text.Unicode.Utf8.IsValid(name))
        {
            throw AccessFileException.At(path, number, "no user name, or one that no client can have");
        }

        if (text.IsEmpty)
        {
            throw AccessFileException.At(path, number, "no password behind the colon");
        }

        if (text[0] != '$')
        {
            throw AccessFileException.At(
                path, number, "the password is not hashed: fastmqtt passwd -U FILE hashes those that are not");
        }

        PasswordHash hash = PasswordHash.TryDecode(text)
            ?? throw AccessFileException.At(path, number, "the password hash is in no known form");
        return (Encoding.UTF8.GetString(name), hash);
    }
}
