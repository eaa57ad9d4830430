// The store in memory: what every store does, and what tests want of it.

using FastMqtt.Broker.Persistence;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class MemoryStoreTests : StoreContractTests
{
    private readonly MemoryStore _memory = new();

    [Fact]
    public void A_commit_that_fails_changes_nothing()
    {
        _memory.Fails = true;
        Changes.Session(1, "a").Entry(1, "e");
        Assert.Throws<StoreException>(() => Store.Commit([Changes], force: true));
        Assert.Equal(0, Content.Rows);
        _memory.Fails = false;
        Changes.CommitTo(Store);
        Assert.Equal(2, Content.Rows);
        Assert.Equal((1, 1), (_memory.Commits, _memory.ForcedCommits));
    }

    internal override IStore Open() => _memory;

    protected override void Dispose(bool isDisposing)
    {
        base.Dispose(isDisposing);
        _memory.Dispose();
    }
}
