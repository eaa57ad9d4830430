// A connection to a SQLite file, used by one thread. Owns its statements: they end with it. Every answer that is not
// the one expected is a SqliteException with SQLite's own words.

using SQLitePCL;

namespace FastMqtt.Broker.Persistence;

internal sealed class SqliteConnection : IDisposable
{
    private const int ExtendedCodes = 0x0200_0000; // SQLITE_OPEN_EXRESCODE
    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE
    private const int PagesWritten = 9; // SQLITE_DBSTATUS_CACHE_WRITE: in WAL mode these are frames of the journal

    private readonly List<SqliteStatement> _statements = [];
    private readonly sqlite3 _handle;

    private SqliteConnection(sqlite3 handle)
    {
        _handle = handle;
    }

    internal sqlite3 Handle => _handle;

    /// <summary>Whether a transaction is open.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>It was asked for writing, and the disk or the file's mode forbids it.</summary>
    public bool IsReadOnly => raw.sqlite3_db_readonly(_handle, "main") == 1;

    /// <summary>A file that is there: it is not made here, so that its mode is ours to choose.</summary>
    /// <exception cref="StoreException">There is no SQLite.</exception>
    public static SqliteConnection Open(string path, bool readOnly, TimeSpan patience)
    {
        SqliteLibrary.Load();
        int flags = (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE)
            | raw.SQLITE_OPEN_NOMUTEX | ExtendedCodes;
        int code = raw.sqlite3_open_v2(path, out sqlite3 handle, flags, vfs: null);
        var connection = new SqliteConnection(handle);
        try
        {
            connection.Check(code);
            connection.Check(raw.sqlite3_busy_timeout(handle, (int)patience.TotalMilliseconds));
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>A statement for the life of the connection.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(this, sql);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>One or more statements without results that matter.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(_handle, sql));

    /// <summary>The first column of the first row; null: no row, or NULL.</summary>
    public long? QueryLong(string sql)
    {
        using var statement = new SqliteStatement(this, sql);
        return statement.Step() && !statement.IsNull(0) ? statement.Long(0) : null;
    }

    public string? QueryText(string sql)
    {
        using var statement = new SqliteStatement(this, sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    /// <summary>Rows changed by the last statement.</summary>
    public int Changes => raw.sqlite3_changes(_handle);

    /// <summary>Pages written since it was asked before.</summary>
    public int TakePagesWritten()
    {
        Check(raw.sqlite3_db_status(_handle, PagesWritten, out int pages, out _, resetFlg: 1));
        return pages;
    }

    /// <summary>Moves the journal's content to the file. True: all of it; otherwise somebody still reads it.</summary>
    public bool Checkpoint(bool truncate)
    {
        int mode = truncate ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE;
        int code = raw.sqlite3_wal_checkpoint_v2(_handle, "main", mode, out int frames, out int moved);
        if ((code & 0xFF) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            return false;
        }

        Check(code);
        return frames == moved;
    }

    /// <summary>Leaves file and journal as they are when it is closed.</summary>
    public void KeepJournal() => raw.sqlite3_db_config(_handle, NoCheckpointOnClose, 1, out _);

    public void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Failure(code);
        }
    }

    public SqliteException Failure(int code)
    {
        string text = raw.sqlite3_errstr(code).utf8_to_string();
        string message = _handle.IsInvalid ? text : raw.sqlite3_errmsg(_handle).utf8_to_string();
        return new SqliteException(code, message == text ? $"{text} ({code})" : $"{message} ({code}, {text})");
    }

    public void Dispose()
    {
        foreach (SqliteStatement statement in _statements)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _handle.Dispose();
    }
}
