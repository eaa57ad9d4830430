// What SQLite answered when it was not what was asked for. Stays below the stores: who uses those sees a
// StoreException.

using SQLitePCL;

namespace FastMqtt.Broker.Persistence;

#pragma warning disable CA1032, CA1064 // without a code there is nothing to decide by, and it never gets out
internal sealed class SqliteException(int code, string message) : Exception(message)
#pragma warning restore CA1032, CA1064
{
    /// <summary>SQLite's extended result code.</summary>
    public int Code => code;

    /// <summary>The result code without its extension.</summary>
    public int Primary => code & 0xFF;

    /// <summary>
    /// The file is not what was written: it says so, or the disk cannot read it. Another try will not help.
    /// </summary>
    public bool IsDamage => Primary is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
        || code is raw.SQLITE_IOERR_READ or raw.SQLITE_IOERR_SHORT_READ or CorruptFileSystem;

    /// <summary>
    /// Nothing is wrong with the connection: the same will work when there is room again, or less to do.
    /// </summary>
    public bool IsPassing => Primary
        is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG;

    // SQLITE_IOERR_CORRUPTFS: the file system's checksum is wrong.
    private const int CorruptFileSystem = raw.SQLITE_IOERR | (33 << 8);

    /// <summary>What SQLite did not notice: the file contradicts itself.</summary>
    public static SqliteException Damaged(string how) => new(raw.SQLITE_CORRUPT, how);

    public StoreException At(string path) => new($"{path}: {Message}", this);
}
