// What is done with a store from outside, while a broker may have it open and write: nothing here needs its lock.

namespace FastMqtt.Broker.Persistence;

/// <summary>What is done with a store from outside, while a broker may use it.</summary>
public static class StoreFile
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Copies a store as it is at one moment: what was committed before is in the copy. The broker goes on meanwhile.
    /// The copy takes its name when all of it is on the disk.
    /// </summary>
    /// <returns>The copy's size in bytes.</returns>
    /// <exception cref="StoreException">
    /// There is no store, or it cannot be read; there is something at the target already, or it cannot be written.
    /// </exception>
    public static long Backup(string source, string target)
    {
        string partial = $"{target}.new-{Guid.NewGuid().ToString("N")[..12]}";
        try
        {
            if (!File.Exists(source))
            {
                throw new StoreException($"{source}: there is no such file");
            }

            if (Path.Exists(target))
            {
                throw new StoreException($"{target}: exists already");
            }

            try
            {
                Copy(source, partial);
                long bytes = StoreFiles.Flush(partial);
                File.Move(partial, target, overwrite: false);
                return bytes;
            }
            finally
            {
                StoreFiles.Delete(partial);
            }
        }
        catch (SqliteException exception)
        {
            throw exception.At(source);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{target}: cannot be written: {exception.Message}", exception);
        }
    }

    // Into an empty file, whose mode we have chosen.
    private static void Copy(string source, string partial)
    {
        using SqliteConnection connection = SqliteConnection.Open(source, readOnly: true, Patience);
        if (connection.QueryLong("PRAGMA application_id") != SqliteSchema.ApplicationId)
        {
            throw new StoreException($"{source}: not a store of FastMqtt");
        }

        StoreFiles.Create(partial);
        SqliteStatement vacuum = connection.Prepare("VACUUM INTO ?1");
        vacuum.BindText(1, partial);
        vacuum.Run();
    }
}
