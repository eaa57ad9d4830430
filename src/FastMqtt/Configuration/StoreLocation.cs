// Where the store lies, and what of Mosquitto it begins with: persistence_location and persistence_file as Mosquitto
// reads them, but a file of Mosquitto is never ours. Looks at files, writes nothing. Never for a store that this
// process has open: closing any descriptor of a file gives up all locks the process has on it, the database's included.
namespace FastMqtt.Configuration;

/// <param name="Path">The file of the store.</param>
/// <param name="ImportFrom">Mosquitto's file, when the store is not there yet; null: it begins empty.</param>
internal sealed record StoreLocation(string Path, string? ImportFrom)
{
    /// <summary>The name of the store's file when the configuration has none.</summary>
    public const string UsualName = "fastmqtt.db";

    /// <summary>The name of Mosquitto's file when its configuration has none.</summary>
    public const string MosquittoName = "mosquitto.db";

    /// <summary>What the store's file is called besides, where its name is taken by Mosquitto's.</summary>
    public const string Suffix = ".fastmqtt";

    /// <summary>The directory that has to be there.</summary>
    public string Directory => System.IO.Path.GetDirectoryName(Path) is { Length: > 0 } directory ? directory : ".";

    public static StoreLocation Find(SettingTable settings)
    {
        string folder = settings.Text("persistence_location") ?? string.Empty;
        string name = settings.Text("persistence_file") ?? UsualName;
        string path = System.IO.Path.Join(folder, name);
        string beside = path + Suffix;

        // Once it is there it stays the store, even when somebody tidies Mosquitto's file away.
        if (IsThere(beside))
        {
            return new StoreLocation(beside, null);
        }

        if (Look(path) == StoreFileKind.Mosquitto)
        {
            return new StoreLocation(beside, path);
        }

        string usual = System.IO.Path.Join(folder, MosquittoName);
        bool isMovingOver = name == UsualName && !IsThere(path) && Look(usual) == StoreFileKind.Mosquitto;
        return new StoreLocation(path, isMovingOver ? usual : null);
    }

    /// <summary>Whether a store is there: as it should be, or as a salvage that was interrupted left it.</summary>
    public static bool IsThere(string path) => Look(path) != StoreFileKind.None || File.Exists(path + ".salvaged");

    /// <summary>What a file is, from its first bytes.</summary>
    public static StoreFileKind Look(string path)
    {
        if (!File.Exists(path))
        {
            return System.IO.Directory.Exists(path) ? StoreFileKind.Other : StoreFileKind.None;
        }

        try
        {
            Span<byte> head = stackalloc byte[16];
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            return head switch
            {
                [] => StoreFileKind.None,
                _ when head.SequenceEqual("SQLite format 3\0"u8) => StoreFileKind.Sqlite,
                [0x00, 0xB5, 0x00, .. var rest] when rest.StartsWith("mosquitto db"u8) => StoreFileKind.Mosquitto,
                _ => StoreFileKind.Other,
            };
        }
        catch (Exception exception) when (FileFaults.Describe(exception) is not null)
        {
            return StoreFileKind.Other;
        }
    }
}
