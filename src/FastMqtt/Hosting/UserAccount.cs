// A user of this machine, as /etc/passwd and /etc/group have it. Read by ourselves: in a static binary the C library
// cannot ask the name services.
using System.Globalization;
using FastMqtt.Transport;

namespace FastMqtt.Hosting;

/// <summary>A user and the groups it is in.</summary>
internal sealed record UserAccount(uint User, uint Group, uint[] Groups)
{
    /// <summary>Finds a user by name or number; null: there is none. A number without entry is its own group.</summary>
    public static UserAccount? Find(
        string nameOrNumber, string passwordFile = "/etc/passwd", string groupFile = "/etc/group")
    {
        bool isNumber = TryParse(nameOrNumber, out uint number);
        foreach (string[] fields in Lines(passwordFile, 4))
        {
            bool isMeant = fields[0] == nameOrNumber || (isNumber && fields[2] == nameOrNumber);
            if (isMeant && TryParse(fields[2], out uint user) && TryParse(fields[3], out uint group))
            {
                return new UserAccount(user, group, GroupsOf(fields[0], group, groupFile));
            }
        }

        return isNumber ? new UserAccount(number, number, [number]) : null;
    }

    /// <summary>Whether the permissions of a directory let this user make files in it.</summary>
    public bool MayMakeFilesIn(FileStatus directory)
    {
        const int WriteAndSearch = 3;
        int shift = directory.User == User ? 6 : Array.IndexOf(Groups, directory.Group) >= 0 ? 3 : 0;
        return User == 0 || ((directory.Mode >> shift) & WriteAndSearch) == WriteAndSearch;
    }

    private static uint[] GroupsOf(string name, uint first, string groupFile)
    {
        List<uint> groups = [first];
        foreach (string[] fields in Lines(groupFile, 4))
        {
            if (Array.IndexOf(fields[3].Split(','), name) >= 0
                && TryParse(fields[2], out uint group)
                && !groups.Contains(group))
            {
                groups.Add(group);
            }
        }

        return [.. groups];
    }

    private static IEnumerable<string[]> Lines(string path, int fieldsMin)
    {
        if (!File.Exists(path))
        {
            yield break; // an image with one file in it has no users
        }

        foreach (string line in File.ReadLines(path))
        {
            string[] fields = line.Split(':');
            if (fields.Length >= fieldsMin && !line.StartsWith('#'))
            {
                yield return fields;
            }
        }
    }

    private static bool TryParse(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
