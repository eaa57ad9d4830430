// A store in a SQLite file. Owns its connection, statements and lock file. Used by one thread at a time.
//
// Damage never prevents a start. It may show when the file is opened, while its rows are told, or long after: then what
// can be read is salvaged into a new file that takes its place (SqliteSalvage), and the work goes on there. A reader
// that is being told rows hears the rest of them from the new file, and none twice (SqliteRecovery). A commit that
// meets damage fails, and the next one salvages first. Bits that flip inside a message are nobody's to find: pages have
// no checksums.
//
// The journal (WAL) is moved to the file by the commit that makes it large, not by SQLite, which would do it every
// thousand pages: the log's rows are deleted soon after they are written, so their pages are the same ones again and
// again, and each is moved once. Readers never wait, and only stop the journal from beginning anew.

using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Persistence;

internal sealed class SqliteStore : IStore
{
    /// <summary>
    /// Bytes of a page, of a new file. A commit of 100 KB, and one of 2 KB, took 683 and 197 us of processor time with
    /// 4096, 616 and 284 with 8192, 415 and 401 with 16384.
    /// </summary>
    public const int PageBytes = 8192;

    // Size at which the journal is moved, which takes 20 to 30 ms whether it is 8 or 64 MiB, where pages are used
    // again. Where they are not (segments), the stall grows with it.
    private const long JournalBytes = 32 << 20;

    // What is left of a journal that grew larger while somebody read.
    private const long JournalBytesKept = 2 * JournalBytes;

    private const int CacheKibibytes = 8192;

    // A salvaged file is sound. If it is not, so is the disk.
    private const int SalvagesMax = 2;

    // Who writes with the sqlite3 program meanwhile is waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly string[] _steps;
    private readonly ILogger _log;
    private readonly FileStream _lock;

    private SqliteConnection? _connection;
    private SqliteRows? _rows;
    private SqliteException? _damage;
    private bool? _isForcing;
    private long _journalPages;
    private long _journalPagesMax;
    private bool _isJournalStuck;
    private bool _isDisposed;

    private SqliteStore(string path, string[] steps, ILogger log)
    {
        // Beside the file itself, not beside a link to it: there SQLite keeps its journal too.
        var file = new FileInfo(path);
        _path = file.LinkTarget is null
            ? file.FullName
            : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        _steps = steps;
        _log = log;
        _lock = StoreFiles.Lock(_path);
    }

    public ulong Key { get; private set; }

    /// <summary>For tests, which make it fail. Null after a failure.</summary>
    internal SqliteConnection? Connection => _connection;

    /// <summary>Opens the file, or makes it.</summary>
    /// <exception cref="StoreException">
    /// It may not be opened, another broker has it, a newer one has written it, or it is no store.
    /// </exception>
    public static SqliteStore Open(string path, ILogger log) => Open(path, log, SqliteSchema.Steps);

    internal static SqliteStore Open(string path, ILogger log, string[] steps)
    {
        try
        {
            var store = new SqliteStore(path, steps, log);
            try
            {
                StoreFiles.FinishReplace(store._path);
                store.Connect();
                return store;
            }
            catch
            {
                store.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw Failure(path, exception);
        }
    }

    public void Recover(IStoreReader reader)
    {
        var recovery = new SqliteRecovery(reader);
        for (int salvages = 0; ; salvages++)
        {
            try
            {
                recovery.Run(Connect());
                return;
            }
            catch (SqliteException exception)
            {
                Abandon(exception);
                if (!exception.IsDamage || salvages == SalvagesMax)
                {
                    throw exception.At(_path);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw Failure(_path, exception);
            }
        }
    }

    public void Commit(ReadOnlySpan<StoreBatch> batches, bool force)
    {
        try
        {
            SqliteConnection connection = Connect();
            Force(connection, force);
            _rows!.Commit(batches, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
            _journalPages += connection.TakePagesWritten();
        }
        catch (SqliteException exception)
        {
            Abandon(exception);
            throw exception.At(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(_path, exception);
        }
        finally
        {
            if (_connection is { IsInTransaction: true } connection && !TryRollback(connection))
            {
                Disconnect();
            }
        }

        if (_journalPages >= _journalPagesMax)
        {
            MoveJournal();
        }
    }

    public byte[]? ReadSegment(long session, long firstSequence)
    {
        try
        {
            Connect();
            return _rows!.ReadSegment(session, firstSequence);
        }
        catch (SqliteException exception)
        {
            Abandon(exception);
            throw exception.At(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(_path, exception);
        }
    }

    public void Checkpoint()
    {
        try
        {
            // Truncating would wait for readers, so it is only asked for when none stands in its way.
            SqliteConnection connection = Connect();
            _ = connection.Checkpoint(truncate: false) && connection.Checkpoint(truncate: true);
            _journalPages = 0;
        }
        catch (SqliteException exception)
        {
            Abandon(exception);
            throw exception.At(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(_path, exception);
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        Disconnect();
        _lock.Dispose();
    }

    private static StoreException Failure(string path, Exception exception) =>
        exception is SqliteException known
            ? known.At(path)
            : new StoreException($"{path}: {exception.Message}", exception);

    // The connection, made anew after a failure, and after salvaging what is damaged.
    private SqliteConnection Connect()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        for (int salvages = 0; ; salvages++)
        {
            if (_connection is not null)
            {
                return _connection;
            }

            try
            {
                if (_damage is not null)
                {
                    new SqliteSalvage(_path, _steps, _log).Run(_damage);
                    _damage = null;
                }

                StoreFiles.Create(_path);
                _connection = OpenConnection();
            }
            catch (SqliteException exception) when (exception.IsDamage && salvages < SalvagesMax)
            {
                _damage = exception;
            }
        }
    }

    private SqliteConnection OpenConnection()
    {
        SqliteConnection connection = SqliteConnection.Open(_path, readOnly: false, Patience);
        try
        {
            RequireWritable(connection);
            Prepare(connection);
            return connection;
        }
        catch
        {
            // Not ours, or damaged: whoever looks into it wants to find it as it was.
            connection.KeepJournal();
            connection.Dispose();
            throw;
        }
    }

    // SQLite reads what it may not write, without a word. A header can forbid it too: ours never does.
    private void RequireWritable(SqliteConnection connection)
    {
        connection.QueryLong("PRAGMA application_id"); // it looks at the header when it has to
        if (connection.IsReadOnly)
        {
            throw StoreFiles.MayBeWritten(_path)
                ? SqliteException.Damaged("its header says that it must not be written")
                : new StoreException($"{_path}: may not be written");
        }
    }

    private void Prepare(SqliteConnection connection)
    {
        // Debian's SQLite overwrites what is deleted with zeros, unless told not to: every page of the log twice.
        connection.Execute($"""
            PRAGMA page_size = {PageBytes};
            PRAGMA cache_size = -{CacheKibibytes};
            PRAGMA secure_delete = OFF;
            PRAGMA temp_store = MEMORY;
            PRAGMA wal_autocheckpoint = 0;
            """);
        int version = SqliteSchema.Verify(connection, _steps.Length, _path);
        if (connection.QueryText("PRAGMA journal_mode = WAL") != "wal")
        {
            throw new StoreException($"{_path}: its file system lacks what a journal needs (shared memory)");
        }

        connection.Execute($"PRAGMA journal_size_limit = {JournalBytesKept}");
        SqliteSchema.Migrate(connection, version, _steps);
        if (version > 0 && version < _steps.Length)
        {
            _log.StoreMigrated(_path, version, _steps.Length);
        }

        PrepareStatements(connection);
        Key = unchecked((ulong)(connection.QueryLong("SELECT value FROM meta WHERE name = 'key'")
            ?? throw SqliteException.Damaged("it has lost its key")));
        _journalPagesMax = JournalBytes / (connection.QueryLong("PRAGMA page_size") ?? PageBytes);
        _journalPages = 0;
        _isForcing = null;
    }

    private void PrepareStatements(SqliteConnection connection)
    {
        try
        {
            _rows = new SqliteRows(connection);
        }
        catch (SqliteException exception) when (exception.Primary == SQLitePCL.raw.SQLITE_ERROR)
        {
            throw SqliteException.Damaged(exception.Message); // its list of tables is not the one we wrote
        }
    }

    // FULL forces the journal to the disk with every commit. NORMAL does so only when it is moved to the file; OFF
    // never would, and then a loss of power might damage the file.
    private void Force(SqliteConnection connection, bool force)
    {
        if (_isForcing != force)
        {
            connection.Execute(force ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _isForcing = force;
        }
    }

    // What was committed is safe, whether this works or not.
    private void MoveJournal()
    {
        _journalPages = 0;
        try
        {
            _connection!.Checkpoint(truncate: false);
            _isJournalStuck = false;
        }
        catch (SqliteException exception)
        {
            if (!_isJournalStuck)
            {
                _log.JournalNotMoved(_path, exception.Message);
                _isJournalStuck = true;
            }

            Abandon(exception);
        }
    }

    // After a failure: nothing of a transaction is left, and a connection that may not work again is not used again.
    private void Abandon(SqliteException exception)
    {
        if (exception.IsDamage)
        {
            _damage = exception;
        }

        if (_connection is null || (exception.IsPassing && TryRollback(_connection)))
        {
            return;
        }

        if (exception.IsDamage)
        {
            _connection.KeepJournal();
        }

        Disconnect();
    }

    private static bool TryRollback(SqliteConnection connection)
    {
        try
        {
            if (connection.IsInTransaction)
            {
                connection.Execute("ROLLBACK");
            }

            return true;
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
        _rows = null;
    }
}
