// What is done with a store from outside, while a broker may have it open and write: nothing here needs its lock.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence.Mosquitto;
using Microsoft.Extensions.Logging.Abstractions;

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

    /// <summary>Makes a store from a database of Mosquitto, version 5 or 6.</summary>
    /// <exception cref="StoreException">
    /// It is none, or cannot be read; there is something at the target already, or it cannot be written.
    /// </exception>
    public static StoreImport Import(string mosquittoDb, string target)
    {
        if (Path.Exists(target))
        {
            throw new StoreException($"{target}: exists already");
        }

        var options = new BrokerOptions { Persistence = new PersistenceOptions { Path = target } };
#pragma warning disable CA2000 // The writer closes the store, and the dispatcher its poller.
        SqliteStore store = SqliteStore.Open(target, NullLogger.Instance);
        var state = new BrokerState(options, NullLogger.Instance, TimeProvider.System, 1, store);
        using var dispatcher = new Dispatcher(0, state, options.Poller.NewSockets().NewPoller());
#pragma warning restore CA2000
        state.Dispatchers[0] = dispatcher;
        state.Writer!.Start();
        try
        {
            return new MosquittoImport(state).Run(mosquittoDb);
        }
        finally
        {
            state.Writer.End();
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
