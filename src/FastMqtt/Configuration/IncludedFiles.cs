// The files of an include_dir in Mosquitto's order: by letters, upper case before lower case of the same letter.
namespace FastMqtt.Configuration;

internal static class IncludedFiles
{
    private const string Ending = ".conf";

    /// <summary>Full names, in the order of reading. Null with what is wrong: the directory cannot be read.</summary>
    public static string[]? Find(string directory, out string mistake)
    {
        mistake = string.Empty;
        var names = new List<string>();
        try
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(directory))
            {
                string name = Path.GetFileName(path);
                if (name.Length > Ending.Length && name.EndsWith(Ending, StringComparison.Ordinal))
                {
                    names.Add(name);
                }
            }
        }
        catch (Exception exception) when (FileFaults.Describe(exception) is not null)
        {
            mistake = $"{Words.Quote(directory)} {FileFaults.Describe(exception)}";
            return null;
        }

        names.Sort(Compare);
        var paths = new string[names.Count];
        for (int i = 0; i < paths.Length; i++)
        {
            paths[i] = Path.Combine(directory, names[i]);
        }

        return paths;
    }

    private static int Compare(string a, string b)
    {
        for (int i = 0; i < a.Length && i < b.Length; i++)
        {
            int difference = char.ToUpperInvariant(a[i]) - char.ToUpperInvariant(b[i]);
            difference = difference != 0 ? difference : a[i] - b[i];
            if (difference != 0)
            {
                return difference;
            }
        }

        return a.Length - b.Length;
    }
}
