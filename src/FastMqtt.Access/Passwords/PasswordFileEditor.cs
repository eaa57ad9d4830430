// Changes password files: adds, replaces and removes users, and hashes what is plain. Lines that are not changed stay
// byte for byte, comments too. A broker that watches the file sees the old one or the new one, never half of one.
// Called by `fastmqtt passwd`; knows no broker.

using System.Text;

namespace FastMqtt.Access;

/// <summary>Changes password files.</summary>
/// <param name="kind">How passwords are stored from now on.</param>
/// <param name="iterations">Rounds of PBKDF2, 1 or more; null: 1000, for SCRAM 10000. Others have none.</param>
public sealed class PasswordFileEditor(PasswordHashKind kind, int? iterations = null)
{
    private const int LengthMax = ushort.MaxValue;

    /// <summary>Most iterations that a file may ask for.</summary>
    public const int IterationsMax = Pbkdf2Hash.IterationsMax;

    /// <summary>Why that cannot be a user's name in a password file; null: it can.</summary>
    public static string? FindProblem(string userName)
    {
        if (Encoding.UTF8.GetByteCount(userName) > LengthMax)
        {
            return "a user name has at most 65535 bytes";
        }

        foreach (char c in userName)
        {
            if (char.IsControl(c) || c == ':')
            {
                return "a user name has neither colons nor control characters";
            }
        }

        return userName.Length == 0 || userName.Trim() != userName || userName[0] == '#'
            ? "a user name is not empty, has no blanks around it and does not begin with #"
            : null;
    }

    /// <summary>The line of a user, without line end.</summary>
    public string LineFor(string userName, string password) =>
        $"{userName}:{Hash(Encoding.UTF8.GetBytes(password)).Encoded}";

    /// <summary>Writes a file that has this user only, whatever was there.</summary>
    /// <exception cref="AccessFileException">It cannot be written.</exception>
    public void Create(string path, string userName, string password) =>
        FileReplacement.Write(path, Encoding.UTF8.GetBytes(LineFor(userName, password) + "\n"));

    /// <summary>Gives a user a password; true: the user was there already.</summary>
    /// <exception cref="AccessFileException">It cannot be read or written, or a line of it is corrupt.</exception>
    public bool Set(string path, string userName, string password)
    {
        string newLine = LineFor(userName, password) + "\n";
        bool isFound = false;
        byte[] content = Rewrite(path, (name, _, line) =>
        {
            bool isIt = !isFound && name == userName;
            isFound |= isIt;
            return isIt ? newLine : line;
        });
        if (!isFound)
        {
            string separator = content.Length == 0 || content[^1] == (byte)'\n' ? string.Empty : "\n";
            content = [.. content, .. Encoding.UTF8.GetBytes(separator + newLine)];
        }

        FileReplacement.Write(path, content);
        return isFound;
    }

    /// <summary>Removes a user; false: there is none of that name, and nothing was written.</summary>
    /// <exception cref="AccessFileException">It cannot be read or written, or a line of it is corrupt.</exception>
    public static bool Delete(string path, string userName)
    {
        bool isFound = false;
        byte[] content = Rewrite(path, (name, _, line) =>
        {
            isFound |= name == userName;
            return name == userName ? string.Empty : line;
        });
        if (isFound)
        {
            FileReplacement.Write(path, content);
        }

        return isFound;
    }

    /// <summary>Hashes the passwords that are plain text; the number of them.</summary>
    /// <exception cref="AccessFileException">It cannot be read or written, or a line of it is corrupt.</exception>
    public int HashPlain(string path)
    {
        int count = 0;
        byte[] content = Rewrite(path, (name, password, line) =>
        {
            if (PasswordHash.TryDecode(Encoding.UTF8.GetBytes(password)) is not null)
            {
                return line; // hashing a hash would lock the user out
            }

            count++;
            return LineFor(name, password) + "\n";
        });
        if (count > 0)
        {
            FileReplacement.Write(path, content);
        }

        return count;
    }

    private PasswordHash Hash(byte[] password) => kind switch
    {
        PasswordHashKind.Sha512 => Sha512Hash.Create(password),
        PasswordHashKind.Argon2id => Argon2Hash.Create(password),
        PasswordHashKind.ScramSha256 => ScramHash.Create(password, iterations ?? ScramHash.DefaultIterations),
        _ => Pbkdf2Hash.Create(password, iterations ?? Pbkdf2Hash.DefaultIterations),
    };

    // The file with each user's line, line end included, replaced by what the function makes of it.
    private static byte[] Rewrite(string path, Func<string, string, string, string> replace)
    {
        ReadOnlySpan<byte> rest = AccessFileLines.ReadAll(path);
        using var content = new MemoryStream();
        for (int number = 1; !rest.IsEmpty; number++)
        {
            ReadOnlySpan<byte> whole = rest;
            AccessFileLines.TryNext(ref rest, out ReadOnlySpan<byte> line);
            whole = whole[..(whole.Length - rest.Length)];
            if (line.StartsWith((byte)'#') || !line.Contains((byte)':'))
            {
                content.Write(whole);
                continue;
            }

            ReadOnlySpan<byte> name = AccessFileLines.Trim(AccessFileLines.NextToken(ref line, (byte)':'));
            ReadOnlySpan<byte> password = AccessFileLines.Trim(AccessFileLines.NextToken(ref line, (byte)':'));
            if (name.IsEmpty || password.IsEmpty || !System.Text.Unicode.Utf8.IsValid(whole))
            {
                throw AccessFileException.At(path, number, "the line is corrupt");
            }

            string before = Encoding.UTF8.GetString(whole);
            string after = replace(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(password), before);
            content.Write(Encoding.UTF8.GetBytes(after));
        }

        return content.ToArray();
    }
}
