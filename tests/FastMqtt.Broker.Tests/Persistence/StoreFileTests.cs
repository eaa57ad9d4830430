// Copies of a store, also of one that is being written.

using System.Globalization;
using FastMqtt.Broker.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class StoreFileTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    private string Target => _folder.PathOf("copy.db");

    [Fact]
    public void A_copy_is_a_store_and_its_owners_alone()
    {
        using SqliteStore store = Open(_folder.Store);
        new StoreChanges().Session(1, "a").Retained("t", "m").CommitTo(store);
        Assert.Equal(StoreFile.Backup(_folder.Store, Target), new FileInfo(Target).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(Target).UnixFileMode);
        using SqliteStore copy = Open(Target);
        Assert.Equal(StoreContent.Of(store).All, StoreContent.Of(copy).All);
        Assert.Equal(store.Key, copy.Key);
    }

    [Fact]
    public void A_copy_made_while_the_broker_writes_is_of_one_moment()
    {
        using SqliteStore store = Open(_folder.Store);
        new StoreChanges().Retained("count", "0").CommitTo(store);
        int count = 0;
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                string number = (++count).ToString(CultureInfo.InvariantCulture);
                new StoreChanges().EndOfLog(count).Entry(count, number + new string(' ', 50_000))
                    .Retained("count", number).CommitTo(store, force: false);
            }
        });
        writer.Start();
        for (int i = 0; i < 5; i++)
        {
            string target = _folder.PathOf($"copy-{i}.db");
            StoreFile.Backup(_folder.Store, target);
            using SqliteStore copy = Open(target);
            StoreContent content = StoreContent.Of(copy);
            string retained = content.Retained.Single().Split('\'')[1];
            Assert.Equal(retained == "0" ? [] : [retained], content.Log.Select(line => line.Split(' ')[0]));
        }

        stop.Cancel();
        writer.Join();
        Assert.Single(StoreContent.Of(store).Log);
        Assert.DoesNotContain(_folder.Names(), name => name.Contains(".new-", StringComparison.Ordinal));
    }

    [Fact]
    public void A_target_that_exists_is_left_alone()
    {
        Open(_folder.Store).Dispose();
        File.WriteAllText(Target, "mine");
        Assert.Contains("exists already", Refusal(_folder.Store), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Target));
    }

    [Fact]
    public void What_is_no_store_is_not_copied()
    {
        Assert.Contains("no such file", Refusal(_folder.PathOf("missing")), StringComparison.Ordinal);
        File.WriteAllText(_folder.PathOf("text"), new string('x', 10_000));
        Assert.Contains("not a database", Refusal(_folder.PathOf("text")), StringComparison.Ordinal);
        File.WriteAllText(_folder.PathOf("empty"), "");
        Assert.Contains("not a store", Refusal(_folder.PathOf("empty")), StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void A_folder_that_is_missing_is_said_to_be()
    {
        Open(_folder.Store).Dispose();
        StoreException exception = Assert.Throws<StoreException>(
            () => StoreFile.Backup(_folder.Store, _folder.PathOf("missing/copy.db")));
        Assert.Contains("missing/copy.db: cannot be written", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Refusal(string source) =>
        Assert.Throws<StoreException>(() => StoreFile.Backup(source, Target)).Message;

    private static SqliteStore Open(string path) => SqliteStore.Open(path, NullLogger.Instance);
}
