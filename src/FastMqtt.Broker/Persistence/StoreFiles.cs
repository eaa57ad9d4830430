// The files of a store by their names: beside PATH lie PATH-wal and PATH-shm, as SQLite calls them, PATH.lock, and what
// is being salvaged. All of them are their owner's alone, because messages and user names are nobody else's business.

using System.Globalization;

namespace FastMqtt.Broker.Persistence;

internal static class StoreFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int WouldBlock = 11; // EWOULDBLOCK: what Linux answers when somebody else has the lock

    /// <summary>SQLite's journal of a store.</summary>
    public static string Journal(string path) => path + "-wal";

    /// <summary>A store that was salvaged and waits to take its place.</summary>
    public static string Salvaged(string path) => path + ".salvaged";

    /// <summary>What is being salvaged: of no use when the process ends before it is whole.</summary>
    public static string Partial(string path) => path + ".salvage";

    /// <summary>A copy of a damaged store, with another first page.</summary>
    public static string Grafted(string path) => path + ".grafted";

    /// <summary>
    /// The lock that says a store is in use, until it is disposed or the process ends. A file of its own: locks on the
    /// store's file itself are SQLite's, and readers are welcome.
    /// </summary>
    public static FileStream Lock(string path)
    {
        try
        {
            return Open(path + ".lock", FileMode.OpenOrCreate);
        }
        catch (IOException exception) when (exception.HResult == WouldBlock)
        {
            throw new StoreException($"{path}: in use by another broker", exception);
        }
    }

    /// <summary>An empty file, unless there is one.</summary>
    public static void Create(string path)
    {
        if (!File.Exists(path))
        {
            Open(path, FileMode.CreateNew).Dispose();
        }
    }

    /// <summary>
    /// Only for a file that SQLite will not use again as it is: closing it drops the locks SQLite has in this process.
    /// </summary>
    public static bool MayBeWritten(string path)
    {
        try
        {
            Open(path, FileMode.Open).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static void Delete(string path)
    {
        File.Delete(path);
        File.Delete(Journal(path));
        File.Delete(SharedMemory(path));
    }

    /// <summary>Forces a file to the disk that was written without that.</summary>
    public static long Flush(string path)
    {
        using FileStream file = Open(path, FileMode.Open);
        file.Flush(flushToDisk: true);
        return file.Length;
    }

    /// <summary>A name for a damaged store that nothing has yet.</summary>
    public static string DamagedName(string path)
    {
        string stamp = DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string name = $"{path}.damaged-{stamp}";
        for (int i = 2; File.Exists(name) || File.Exists(Journal(name)); i++)
        {
            name = $"{path}.damaged-{stamp}-{i}";
        }

        return name;
    }

    /// <summary>
    /// Puts the salvaged store in the place of the damaged one. The file goes first: where it is missing and a salvaged
    /// one is there, the rest of this is what remains to be done.
    /// </summary>
    public static void Replace(string path, string aside)
    {
        MoveIfThere(path, aside);
        MoveIfThere(Journal(path), Journal(aside));
        MoveIfThere(SharedMemory(path), SharedMemory(aside));
        File.Move(Salvaged(path), path);
    }

    /// <summary>The process may have ended while it salvaged.</summary>
    public static void FinishReplace(string path)
    {
        if (File.Exists(Salvaged(path)) && !File.Exists(path))
        {
            Replace(path, DamagedName(path));
        }

        Delete(Salvaged(path));
        DeleteUnfinished(path);
    }

    public static void DeleteUnfinished(string path)
    {
        Delete(Partial(path));
        Delete(Grafted(path));
    }

    private static string SharedMemory(string path) => path + "-shm";

    private static void MoveIfThere(string from, string to)
    {
        if (File.Exists(from))
        {
            File.Move(from, to);
        }
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (mode != FileMode.Open && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
