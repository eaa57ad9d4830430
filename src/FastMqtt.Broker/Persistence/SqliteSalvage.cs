// Makes a new store of what can be read of a damaged one. The damaged file is only read, then moved aside with its
// journal, and the new one takes its place: whenever the process is killed, one of the two is found at the next start.
//
// What SQLite cannot even open has lost its first page, with its header and the list of tables. That page is the same
// in all stores but for a few counters, so it is tried with a new one, in a copy.

using System.Buffers.Binary;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Persistence;

internal sealed class SqliteSalvage(string path, string[] steps, ILogger log)
{
    // Where numbers of the header are. https://www.sqlite.org/fileformat2.html#the_database_header
    private const int PageCountOffset = 28;
    private const int FirstFreePageOffset = 32;
    private const int FreePagesOffset = 36;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Rows without their session, which no client can come back to. A session without its state has lost its messages.
    private static readonly string[] Orphans = ["session_state", "subscription", "segment"];

    private readonly string _partial = StoreFiles.Partial(path);
    private readonly string _grafted = StoreFiles.Grafted(path);

    /// <exception cref="SqliteException">The new file cannot be written.</exception>
    /// <exception cref="IOException">As above.</exception>
    public void Run(SqliteException damage)
    {
        StoreFiles.DeleteUnfinished(path);
        try
        {
            string saved = CopyTo(_partial);
            StoreFiles.Flush(_partial);
            File.Move(_partial, StoreFiles.Salvaged(path), overwrite: true);
            string aside = StoreFiles.DamagedName(path);
            StoreFiles.Replace(path, aside);
            log.StoreSalvaged(path, damage.Message, aside, saved);
        }
        finally
        {
            StoreFiles.DeleteUnfinished(path);
        }
    }

    private string CopyTo(string target)
    {
        using SqliteConnection? whole = TryOpen(path);
        using SqliteConnection? grafted = whole is null ? TryGraft() : null;
        SqliteConnection? source = whole ?? grafted;

        // A file of an earlier version is copied as what it is; it is migrated when it is opened.
        int version = source is null ? 0 : SqliteSchema.ReadTableVersion(source);
        version = version < 1 || version > steps.Length ? steps.Length : version;
        StoreFiles.Create(target);
        using SqliteConnection connection = SqliteConnection.Open(target, readOnly: false, Patience);
        CreateTables(connection, version);
        return source is null ? "nothing" : CopyTables(source, connection, version);
    }

    private void CreateTables(SqliteConnection connection, int version)
    {
        // Until it is whole, nobody needs it to survive anything.
        connection.Execute($"PRAGMA page_size = {SqliteStore.PageBytes}");
        connection.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
        SqliteSchema.Migrate(connection, 0, steps.AsSpan(0, version));
    }

    private static string CopyTables(SqliteConnection source, SqliteConnection target, int version)
    {
        var saved = new List<string>();
        target.Execute("BEGIN");
        foreach (string table in TablesOf(target))
        {
            long rows = TryCopy(source, target, table);
            if (table != "meta")
            {
                saved.Add($"{table} {rows}");
            }
        }

        foreach (string table in Orphans)
        {
            target.Execute($"DELETE FROM {table} WHERE session NOT IN (SELECT id FROM session)");
        }

        target.Execute(SqliteSchema.VersionInTable(version));
        target.Execute("COMMIT");
        return string.Join(", ", saved);
    }

    private static long TryCopy(SqliteConnection source, SqliteConnection target, string table)
    {
        try
        {
            return SqliteTableCopy.Run(source, target, table);
        }
        catch (SqliteException exception) when (exception.IsDamage || IsNoSuchTable(exception))
        {
            return 0;
        }
    }

    private static List<string> TablesOf(SqliteConnection connection)
    {
        var tables = new List<string>();
        using var row = new SqliteStatement(connection, "SELECT name FROM sqlite_schema WHERE type = 'table'");
        while (row.Step())
        {
            tables.Add(row.Text(0)!);
        }

        return tables;
    }

    // Null: not a file whose tables SQLite finds.
    private static SqliteConnection? TryOpen(string file)
    {
        SqliteConnection? connection = null;
        try
        {
            // Writable although it is only read: then tables are found whose neighbours in the list are not.
            connection = SqliteConnection.Open(file, readOnly: true, Patience);
            connection.KeepJournal();
            connection.Execute("PRAGMA writable_schema = ON");
            foreach (string table in new string[] { "session", "subscription", "retained", "log" })
            {
                new SqliteStatement(connection, $"SELECT rowid FROM {table}").Dispose();
            }

            return connection;
        }
        catch (SqliteException exception) when (
            exception.IsDamage || IsNoSuchTable(exception) || exception.Primary == SQLitePCL.raw.SQLITE_CANTOPEN)
        {
            connection?.Dispose();
            return null;
        }
    }

    private SqliteConnection? TryGraft()
    {
        if (new FileInfo(path).Length <= SqliteStore.PageBytes)
        {
            return null;
        }

        string template = _partial;
        StoreFiles.Create(template);
        using (SqliteConnection connection = SqliteConnection.Open(template, readOnly: false, Patience))
        {
            CreateTables(connection, steps.Length);
        }

        Graft(template);
        StoreFiles.Delete(template);
        return TryOpen(_grafted);
    }

    private void Graft(string template)
    {
        StoreFiles.Create(_grafted);
        File.Copy(path, _grafted, overwrite: true);
        if (File.Exists(StoreFiles.Journal(path)))
        {
            File.Copy(StoreFiles.Journal(path), StoreFiles.Journal(_grafted), overwrite: true);
        }

        byte[] page = new byte[SqliteStore.PageBytes];
        using (FileStream file = File.OpenRead(template))
        {
            file.ReadExactly(page);
        }

        using FileStream grafted = new(_grafted, FileMode.Open, FileAccess.ReadWrite);
        uint pages = (uint)(grafted.Length / SqliteStore.PageBytes);
        BinaryPrimitives.WriteUInt32BigEndian(page.AsSpan(PageCountOffset), pages);
        BinaryPrimitives.WriteUInt32BigEndian(page.AsSpan(FirstFreePageOffset), 0);
        BinaryPrimitives.WriteUInt32BigEndian(page.AsSpan(FreePagesOffset), 0);
        page[18] = page[19] = 2; // there may be a journal: WAL
        grafted.Write(page);
    }

    private static bool IsNoSuchTable(SqliteException exception) => exception.Primary == SQLitePCL.raw.SQLITE_ERROR;
}
