// Files of other versions, and of other programs.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class SqliteSchemaTests : IDisposable
{
    private static readonly string[] Newer =
    [
        .. SqliteSchema.Steps,
        "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT; INSERT INTO note VALUES (1, 'first');",
        "UPDATE note SET text = text || ', second';",
    ];

    private readonly StoreFolder _folder = new();
    private readonly RecordingLog _log = new();

    [Fact]
    public void An_earlier_version_goes_every_step_once()
    {
        Write(SqliteSchema.Steps);
        for (int i = 0; i < 2; i++)
        {
            using SqliteStore store = SqliteStore.Open(_folder.Store, _log, Newer);
            Assert.Single(StoreContent.Of(store).Sessions);
            Assert.Equal("first, second", store.Connection!.QueryText("SELECT text FROM note"));
            Assert.Equal(Newer.Length, store.Connection.QueryLong("PRAGMA user_version"));
        }

        Assert.Equal([$"Store {_folder.Store}: version 1 became {Newer.Length}."], _log.Lines);
    }

    [Fact]
    public void A_step_that_fails_leaves_the_file_as_it_was()
    {
        Write(SqliteSchema.Steps);
        string[] bad = [.. Newer, "CREATE TABLE half (id INTEGER PRIMARY KEY); SELECT nonsense;"];
        Assert.Throws<StoreException>(() => SqliteStore.Open(_folder.Store, _log, bad).Dispose());
        using SqliteStore store = SqliteStore.Open(_folder.Store, _log, Newer);
        Assert.Single(StoreContent.Of(store).Sessions);
        Assert.Equal(0, store.Connection!.QueryLong("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"));
    }

    [Fact]
    public void A_newer_version_is_refused_and_not_changed()
    {
        Write(Newer);
        byte[] before = File.ReadAllBytes(_folder.Store);
        StoreException exception = Assert.Throws<StoreException>(() => Open().Dispose());
        Assert.Contains("newer FastMqtt: its version is 3", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder.Store));
        Assert.Empty(_folder.Damaged());
    }

    [Fact]
    public void A_header_that_only_looks_newer_is_damage()
    {
        Write(SqliteSchema.Steps);
        byte[] bytes = File.ReadAllBytes(_folder.Store);
        bytes[62] ^= 4; // user_version
        File.WriteAllBytes(_folder.Store, bytes);
        using SqliteStore store = Open();
        Assert.Single(StoreContent.Of(store).Sessions);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public void An_earlier_version_that_is_damaged_is_saved_and_goes_the_steps()
    {
        Write(SqliteSchema.Steps);
        byte[] bytes = File.ReadAllBytes(_folder.Store);
        bytes[68] ^= 4; // application_id
        File.WriteAllBytes(_folder.Store, bytes);
        using SqliteStore store = SqliteStore.Open(_folder.Store, _log, Newer);
        Assert.Single(StoreContent.Of(store).Sessions);
        Assert.Equal("first, second", store.Connection!.QueryText("SELECT text FROM note"));
    }

    [Fact]
    public void Another_programs_database_is_refused_and_not_changed()
    {
        File.WriteAllBytes(_folder.Store, []);
        using (SqliteConnection other = SqliteConnection.Open(_folder.Store, readOnly: false, TimeSpan.Zero))
        {
            other.Execute("CREATE TABLE meta (something)");
        }

        byte[] before = File.ReadAllBytes(_folder.Store);
        StoreException exception = Assert.Throws<StoreException>(() => Open().Dispose());
        Assert.Contains("another program", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder.Store));
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string[] steps)
    {
        using SqliteStore store = SqliteStore.Open(_folder.Store, _log, steps);
        new StoreChanges().Session(1, "a").CommitTo(store);
    }

    private SqliteStore Open() => SqliteStore.Open(_folder.Store, _log);
}
