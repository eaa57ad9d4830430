// Where the store's file is, by the options and by what lies there already: a file of Mosquitto is never the store, and
// what became the store once stays it.
using FastMqtt.Broker;
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public sealed class StoreLocationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "fastmqtt.db")]
    [InlineData("persistence_file a.db", "a.db")]
    [InlineData("persistence_file /srv/a.db", "/srv/a.db")]
    [InlineData("persistence_location /srv", "/srv/fastmqtt.db")]
    [InlineData("persistence_location /srv/\npersistence_file b/a.db", "/srv/b/a.db")]
    [InlineData("persistence_location my data\npersistence_file a b", "my data/a b")]
    public void location_is_in_front_of_the_name(string lines, string expected)
    {
        PersistenceOptions mapped = Map(lines)!;
        Assert.Equal(expected, mapped.Path);
        Assert.Null(mapped.ImportFrom);
    }

    [Theory]
    [InlineData("")]
    [InlineData("persistence_file fastmqtt.db")]
    public void database_of_mosquitto_in_the_place_is_what_a_new_store_begins_with(string lines)
    {
        string mosquitto = WriteMosquitto("mosquitto.db");
        PersistenceOptions mapped = MapHere(lines)!;
        Assert.Equal(InFolder("fastmqtt.db"), mapped.Path);
        Assert.Equal(mosquitto, mapped.ImportFrom);
        WriteSqlite("fastmqtt.db");
        Assert.Null(MapHere(lines)!.ImportFrom);
    }

    [Fact]
    public void file_of_mosquitto_is_never_the_store()
    {
        const string Lines = "persistence_file mosquitto.db";
        string mosquitto = WriteMosquitto("mosquitto.db");
        PersistenceOptions mapped = MapHere(Lines)!;
        Assert.Equal(InFolder("mosquitto.db.fastmqtt"), mapped.Path);
        Assert.Equal(mosquitto, mapped.ImportFrom);

        WriteSqlite("mosquitto.db.fastmqtt");
        mapped = MapHere(Lines)!;
        Assert.Equal(InFolder("mosquitto.db.fastmqtt"), mapped.Path);
        Assert.Null(mapped.ImportFrom);

        File.Delete(mosquitto); // no longer needed: the store stays where it is
        Assert.Equal(InFolder("mosquitto.db.fastmqtt"), MapHere(Lines)!.Path);
    }

    [Fact]
    public void name_of_mosquittos_file_is_a_name_like_others_where_there_is_none()
    {
        PersistenceOptions mapped = MapHere("persistence_file mosquitto.db")!;
        Assert.Equal((InFolder("mosquitto.db"), null), (mapped.Path, mapped.ImportFrom));
        WriteSqlite("mosquitto.db");
        mapped = MapHere("persistence_file mosquitto.db")!;
        Assert.Equal((InFolder("mosquitto.db"), null), (mapped.Path, mapped.ImportFrom));
        Assert.Null(MapHere(string.Empty)!.ImportFrom); // called so, but not Mosquitto's
    }

    [Fact]
    public void other_name_imports_nothing_by_itself()
    {
        WriteMosquitto("mosquitto.db");
        Assert.Null(MapHere("persistence_file a.db")!.ImportFrom);
    }

    [Fact]
    public void import_is_said()
    {
        string mosquitto = WriteMosquitto("mosquitto.db");
        Settings settings = Configured.Read($"persistence 1\npersistence_location {_folder.Path}\n");
        _ = StoreMapping.Map(settings);
        Assert.Equal(
            $"{mosquitto} of Mosquitto is imported into {InFolder("fastmqtt.db")}, which is not there yet",
            Assert.Single(settings.Notices).Text);
    }

    [Fact]
    public void without_persistence_nothing_is_saved_and_our_own_options_say_so()
    {
        Settings settings = Configured.Read("durability off\npersistence_location /nowhere\n");
        Assert.Null(StoreMapping.Map(settings));
        Notice notice = Assert.Single(settings.Notices);
        Assert.Equal("line 1: option durability has no effect (persistence is not on)", notice.Text);
        Assert.True(notice.IsWarning);
    }

    [Fact]
    public void store_that_was_being_salvaged_is_there()
    {
        WriteMosquitto("mosquitto.db");
        WriteSqlite("fastmqtt.db.salvaged");
        Assert.Null(MapHere(string.Empty)!.ImportFrom);
    }

    [Theory]
    [InlineData("", StoreFileKind.None)]
    [InlineData("SQLite format 3\0and more", StoreFileKind.Sqlite)]
    [InlineData("\0\u00B5\0mosquitto db", StoreFileKind.Mosquitto)]
    [InlineData("\0\u00B5\0mosquitto db\0\0\0\0", StoreFileKind.Mosquitto)]
    [InlineData("\0\u00B5\0mosquitto d", StoreFileKind.Other)]
    [InlineData("SQLite format 2\0", StoreFileKind.Other)]
    [InlineData("persistence true\n", StoreFileKind.Other)]
    public void file_is_known_by_its_first_bytes(string content, object kind)
    {
        string path = _folder.WriteBytes("x", System.Text.Encoding.Latin1.GetBytes(content));
        Assert.Equal((StoreFileKind)kind, StoreLocation.Look(path));
    }

    [Fact]
    public void directory_is_no_file_and_what_is_missing_is_nothing()
    {
        Assert.Equal(StoreFileKind.Other, StoreLocation.Look(_folder.Path));
        Assert.Equal(StoreFileKind.None, StoreLocation.Look(InFolder("none")));
    }

    [Theory]
    [InlineData("commit", Durability.Commit, 5)]
    [InlineData("off and the rest", Durability.Off, 5)]
    [InlineData("interval 1", Durability.Interval, 1)]
    [InlineData("interval  3600 # an hour", Durability.Interval, 3_600)]
    public void durability_has_three_levels(string value, Durability level, int seconds)
    {
        PersistenceOptions mapped = Map($"durability {value}")!;
        Assert.Equal((level, TimeSpan.FromSeconds(seconds)), (mapped.Durability, mapped.Interval));
        Assert.Equal(mapped, Configured.Map(string.Empty, "persistence=true", $"durability={value}")
            .Broker.Persistence);
    }

    [Theory]
    [InlineData("", "durability needs a value: one of commit, interval, off")]
    [InlineData("on", "durability 'on' is not one of commit, interval, off")]
    [InlineData("interval", "durability interval needs a value: a number from 1 to 3600")]
    [InlineData("interval 0", "durability interval '0' is not a number from 1 to 3600")]
    [InlineData("interval 3601", "durability interval '3601' is not a number from 1 to 3600")]
    [InlineData("interval 5s", "durability interval '5s' is not a number")]
    public void durability_that_is_none_is_a_mistake(string value, string expected) =>
        Assert.Equal($"1: {expected}", Assert.Single(Configured.ProblemsOf($"durability {value}")));

    [Fact]
    public void environment_decides_as_well()
    {
        var input = new ConfigurationInput
        {
            Environment =
            [
                new("FASTMQTT_PERSISTENCE", "true"), new("FASTMQTT_PERSISTENCE_LOCATION", "/data"),
                new("FASTMQTT_DURABILITY", "interval 2"),
            ],
        };
        PersistenceOptions mapped = StoreMapping.Map(Configured.Read(input, "durability off\n"))!;
        Assert.Equal("/data/fastmqtt.db", mapped.Path);
        Assert.Equal((Durability.Interval, 2.0), (mapped.Durability, mapped.Interval.TotalSeconds));
    }

    private static PersistenceOptions? Map(string lines) =>
        Configured.Map($"persistence true\n{lines}\n").Broker.Persistence;

    private PersistenceOptions? MapHere(string lines) => Map($"persistence_location {_folder.Path}\n{lines}");

    private string InFolder(string name) => Path.Combine(_folder.Path, name);

    private string WriteMosquitto(string name) => _folder.WriteBytes(name, StoreFiles.Mosquitto);

    private void WriteSqlite(string name) => _folder.WriteBytes(name, StoreFiles.Sqlite);
}
