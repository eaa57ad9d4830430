// The store in a file: what every store does, and what is in the file.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class SqliteStoreTests : StoreContractTests
{
    private readonly StoreFolder _folder = new();
    private readonly RecordingLog _log = new();

    [Fact]
    public void Files_are_their_owners_alone()
    {
        Changes.Entry(1, "e").CommitTo(Store);
        Assert.Equal(["store.db", "store.db-shm", "store.db-wal", "store.db.lock"], _folder.Names());
        foreach (string name in _folder.Names())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(_folder.PathOf(name)).UnixFileMode);
        }
    }

    [Fact]
    public void A_store_has_one_broker_at_a_time()
    {
        Changes.Entry(1, "e").CommitTo(Store);
        StoreException exception = Assert.Throws<StoreException>(() => Open());
        Assert.Contains("in use by another broker", exception.Message, StringComparison.Ordinal);
        Reopen();
        Assert.Single(Content.Log);
    }

    [Fact]
    public void A_store_in_a_folder_that_is_missing_is_refused()
    {
        StoreException exception = Assert.Throws<StoreException>(
            () => SqliteStore.Open(_folder.PathOf("missing/store.db"), NullLogger.Instance));
        Assert.Contains("missing/store.db", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_no_store()
    {
        Directory.CreateDirectory(_folder.Store);
        Assert.Throws<StoreException>(() => Open());
    }

    [Fact]
    public void What_was_committed_is_in_the_files_before_they_are_closed()
    {
        foreach (bool force in (bool[])[true, false])
        {
            Changes.Entry(force ? 1 : 2, "e").CommitTo(Store, force);
            string copy = _folder.PathOf($"copy-{force}.db");
            File.Copy(_folder.Store, copy);
            File.Copy(_folder.Store + "-wal", copy + "-wal");
            using var second = SqliteStore.Open(copy, _log);
            Assert.Equal(force ? 1 : 2, StoreContent.Of(second).Log.Count);
        }
    }

    [Fact]
    public void A_commit_that_fails_changes_nothing_and_the_next_one_works()
    {
        Changes.Entry(1, "e").CommitTo(Store);
        StoreChanges bad = new StoreChanges().Entry(2, "not kept").Subscription(1, "f", 0, 0);
        bad.Add(new() { Kind = StoreOperationKind.PutRetained, Publication = null });
        Assert.ThrowsAny<Exception>(() => Store.Commit([bad], force: true));
        Assert.Single(Content.Log);
        Assert.Empty(Content.Subscriptions);
        Changes.Entry(3, "e").CommitTo(Store);
        Assert.Equal(2, Content.Log.Count);
    }

    [Fact]
    public void A_file_that_somebody_else_keeps_locked_fails_the_commit_until_it_is_free()
    {
        Changes.Entry(1, "e").CommitTo(Store);
        using (SqliteConnection other = SqliteConnection.Open(_folder.Store, readOnly: false, TimeSpan.Zero))
        {
            other.Execute("BEGIN IMMEDIATE");
            Changes.Entry(2, "e");
            StoreException exception = Assert.Throws<StoreException>(() => Store.Commit([Changes], force: true));
            Assert.Contains("locked", exception.Message, StringComparison.Ordinal);
        }

        Changes.CommitTo(Store);
        Assert.Equal(2, Content.Log.Count);
    }

    [Fact]
    public void A_disk_that_is_full_fails_the_commit_until_there_is_room()
    {
        Changes.Entry(1, "e").CommitTo(Store);
        LimitPages(20);
        Changes.Entry(2, new byte[1_000_000]);
        StoreException exception = Assert.Throws<StoreException>(() => Store.Commit([Changes], force: true));
        Assert.Contains("full", exception.Message, StringComparison.Ordinal);
        Assert.Single(Content.Log);
        LimitPages(1_000_000);
        Changes.CommitTo(Store);
        Assert.Equal(2, Content.Log.Count);
    }

    [Fact]
    public void The_journal_is_moved_to_the_file_before_it_is_large_and_shrinks_again()
    {
        byte[] content = new byte[1_000_000];
        using SqliteConnection reader = SqliteConnection.Open(
            Opened(), readOnly: true, TimeSpan.FromSeconds(5));
        for (int i = 1; i <= 100; i++)
        {
            Changes.Entry(i, content).EndOfLog(i - 3).CommitTo(Store, force: false);
        }

        Assert.InRange(new FileInfo(_folder.Store + "-wal").Length, 30_000_000, 40_000_000);
        Assert.InRange(new FileInfo(_folder.Store).Length, 3_000_000, 10_000_000);
        Store.Checkpoint();
        Assert.Equal(0, new FileInfo(_folder.Store + "-wal").Length);
        Assert.Equal(3, Content.Log.Count);
    }

    [Fact]
    public void A_person_reads_it()
    {
        Changes.Session(1, "sensor").Subscription(1, "a/+", 1, 7).Retained("a/b", "21.5").CommitTo(Store);
        Assert.Equal("1|sensor|user of sensor|tcp|60|0|", Sqlite3("SELECT * FROM session"));
        Assert.Equal("1||a/+|1|7", Sqlite3("SELECT * FROM subscription"));
        Assert.Equal("a/b|21.5", Sqlite3("SELECT topic, payload FROM retained"));
        Assert.Equal("ok", Sqlite3("PRAGMA integrity_check"));
        Assert.Contains("-- One row for each retained message", Sqlite3(".schema"), StringComparison.Ordinal);
    }

    internal override IStore Open() => SqliteStore.Open(_folder.Store, _log);

    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        _folder.Dispose();
    }

    private void LimitPages(int count) =>
        ((SqliteStore)Store).Connection!.Execute($"PRAGMA max_page_count = {count}");

    private string Opened()
    {
        _ = Store;
        return _folder.Store;
    }

    // The shell's answer through our own connection: the program need not be installed.
    private string Sqlite3(string sql)
    {
        using SqliteConnection connection = SqliteConnection.Open(_folder.Store, readOnly: true, TimeSpan.Zero);
        if (sql == ".schema")
        {
            return connection.QueryText("SELECT group_concat(sql, ';') FROM sqlite_schema")!;
        }

        using var statement = new SqliteStatement(connection, sql);
        var rows = new List<string>();
        while (statement.Step())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, statement.Columns).Select(statement.Text)));
        }

        return string.Join('\n', rows);
    }
}
