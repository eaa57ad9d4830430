// What every store does, whatever it keeps its rows in.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public abstract class StoreContractTests : IDisposable
{
    private IStore? _store;

    internal IStore Store => _store ??= Open();

    internal StoreContent Content => StoreContent.Of(Store);

    private protected StoreChanges Changes { get; } = new();

    [Fact]
    public void A_new_store_is_empty_and_has_a_key()
    {
        Assert.Equal(0, Content.Rows);
        Assert.NotEqual(0UL, Store.Key);
    }

    [Fact]
    public void A_key_is_the_same_ever_after()
    {
        ulong key = Store.Key;
        Reopen();
        Assert.Equal(key, Store.Key);
    }

    [Fact]
    public void A_session_comes_back_as_it_was_last_put()
    {
        Changes.Session(StoreChanges.Row(7, "früher", uint.MaxValue, 1, "will")).Session(2, "b").CommitTo(Store);
        Changes.Session(new SessionRow(2, "c"u8.ToArray(), null, null, 0, 99, [])).CommitTo(Store);
        Reopen();
        Assert.Equal(
            ["2 c nobody nowhere 0 99  0 ''", "7 früher user of früher tcp 4294967295 1 will 0 ''"], Content.Sessions);
    }

    [Fact]
    public void A_session_keeps_its_state_when_its_row_is_put_again()
    {
        Changes.Session(1, "a").State(1, 5, "state").Session(1, "a").CommitTo(Store);
        Assert.Equal(["1 a user of a tcp 60 0 no will 5 'state'"], Content.Sessions);
        Changes.State(1, 6, "").CommitTo(Store);
        Reopen();
        Assert.Equal(["1 a user of a tcp 60 0 no will 6 ''"], Content.Sessions);
    }

    [Fact]
    public void A_state_without_its_session_is_not_kept()
    {
        Changes.State(1, 5, "state").CommitTo(Store);
        Changes.Session(1, "a").CommitTo(Store);
        Assert.Equal(["1 a user of a tcp 60 0 no will 0 ''"], Content.Sessions);
    }

    [Fact]
    public void The_end_of_a_session_takes_all_that_is_its_own()
    {
        foreach (long id in (long[])[1, 2])
        {
            Changes.Session(id, "c").State(id, 1, "s").Subscription(id, "a/#", 1, 0)
                .Segment(new SegmentRow(id, 1, 2, 2, 20), [1]).CommitTo(Store);
        }

        Changes.EndOfSession(1).CommitTo(Store);
        Changes.Session(1, "again").CommitTo(Store);
        StoreContent content = Content;
        Assert.Equal(
            ["1 again user of again tcp 60 0 no will 0 ''", "2 c user of c tcp 60 0 no will 1 's'"], content.Sessions);
        Assert.Equal(["2 '' a/# 1 0"], content.Subscriptions);
        Assert.Equal([new SegmentRow(2, 1, 2, 2, 20)], content.Segments);
        Assert.Null(Store.ReadSegment(1, 1));
    }

    [Fact]
    public void A_subscription_is_one_of_its_session_share_name_and_filter()
    {
        Changes.Session(1, "a").Session(2, "b").Subscription(1, "x", 0, 0).Subscription(1, "x", 2, uint.MaxValue)
            .Subscription(1, "x", 1, 3, "group").Subscription(2, "x", 255, 0).CommitTo(Store);
        Assert.Equal(
            ["1 '' x 2 4294967295", "1 'group' x 1 3", "2 '' x 255 0"], Content.Subscriptions.Order());
        Changes.EndOfSubscription(1, "x").EndOfSubscription(2, "x", "group").CommitTo(Store);
        Reopen();
        Assert.Equal(["1 'group' x 1 3", "2 '' x 255 0"], Content.Subscriptions.Order());
    }

    [Fact]
    public void A_segment_is_read_by_its_first_number()
    {
        byte[] large = new byte[300_000];
        Random.Shared.NextBytes(large);
        Changes.Session(1, "a").Segment(new SegmentRow(1, 10, 19, 10, 400), large)
            .Segment(new SegmentRow(1, 1, 9, 9, 100), []).CommitTo(Store);
        Changes.Segment(new SegmentRow(1, 20, 20, 1, 10), [1]).CommitTo(Store);
        Changes.Segment(new SegmentRow(1, 20, 21, 2, long.MaxValue), [2, 3]).CommitTo(Store);
        Reopen();
        Assert.Equal([1, 10, 20], Content.Segments.Select(segment => segment.First));
        Assert.Equal(new SegmentRow(1, 20, 21, 2, long.MaxValue), Content.Segments[2]);
        Assert.Equal(large, Store.ReadSegment(1, 10)!);
        Assert.Equal([], Store.ReadSegment(1, 1)!);
        Assert.Equal([2, 3], Store.ReadSegment(1, 20)!);
        Assert.Null(Store.ReadSegment(1, 21));
        Changes.EndOfSegment(1, 10).CommitTo(Store);
        Assert.Null(Store.ReadSegment(1, 10));
        Assert.Equal([1, 20], Content.Segments.Select(segment => segment.First));
    }

    [Fact]
    public void A_topic_retains_its_latest_message()
    {
        Changes.Retained("a/ü", "first", 5, "p").Retained("b", "").CommitTo(Store);
        Changes.Retained("a/ü", "second").Retained("c", "gone").EndOfRetained("c").EndOfRetained("d").CommitTo(Store);
        Reopen();
        Assert.Equal(
            [
                "a/ü 'second' '' 1 0 18446744073709551614 nobody nobody nowhere",
                "b '' '' 1 0 18446744073709551614 nobody nobody nowhere",
            ],
            Content.Retained.Order());
    }

    [Fact]
    public void A_retained_message_keeps_its_expiry_and_properties()
    {
        Changes.Retained("a", "m", 1_800_000_000_000, "prop").CommitTo(Store);
        Assert.Equal(["a 'm' 'prop' 1 1800000000000 18446744073709551614 nobody nobody nowhere"], Content.Retained);
    }

    [Fact]
    public void A_retained_message_keeps_whose_it_is()
    {
        var listener = new Listener(new ListenerOptions { Name = "tcp" });
        var named = new SessionAccess(listener, "c", new ClientIdentity { UserName = "ü" });
        var other = new SessionAccess(listener, "d", ClientIdentity.Anonymous);
        Changes.Retained("1", "m", source: named).Retained("2", "m").Retained("3", "m", source: named)
            .Retained("4", "m", source: other).CommitTo(Store);
        Reopen();
        Assert.Equal(
            ["c ü tcp", "nobody nobody nowhere", "c ü tcp", "d nobody tcp"],
            Content.Retained.Order().Select(line => string.Join(' ', line.Split(' ')[^3..])));
    }

    [Fact]
    public void The_log_is_told_in_order_and_deleted_from_its_beginning()
    {
        Changes.Entry(3, "three").CommitTo(Store);
        Changes.Entry(1, "one").CommitTo(Store);
        Changes.Entry(2, "two").CommitTo(Store);
        Changes.Entry(5, "").CommitTo(Store); // there is nothing to keep
        Assert.Equal(["1 one", "2 two", "3 three"], Content.Log);
        Changes.EndOfLog(2).Entry(4, "four").CommitTo(Store);
        Reopen();
        Assert.Equal(["3 three", "4 four"], Content.Log);
    }

    [Fact]
    public void Batches_are_committed_together_in_their_order()
    {
        StoreChanges second = new StoreChanges().EndOfRetained("a").Retained("b", "2").Entry(2, "second");
        Store.Commit([Changes.Retained("a", "1").Retained("b", "1").Entry(1, "first"), second], force: false);
        Assert.Single(Content.Retained);
        Assert.StartsWith("b '2'", Content.Retained[0], StringComparison.Ordinal);
        Assert.Equal(["1 first", "2 second"], Content.Log);
    }

    [Fact]
    public void A_commit_that_is_repeated_changes_nothing()
    {
        Changes.Session(1, "a").State(1, 1, "s").Subscription(1, "f", 1, 1)
            .Segment(new SegmentRow(1, 1, 1, 1, 1), [1]).Retained("t", "m").Entry(1, "e");
        Store.Commit([Changes], force: true);
        string[] once = [.. Content.All];
        Store.Commit([Changes], force: true);
        Assert.Equal(once, Content.All);
    }

    [Fact]
    public void What_is_committed_was_copied()
    {
        byte[] content = [1];
        Changes.Session(1, "a").Segment(new SegmentRow(1, 1, 1, 1, 1), content).CommitTo(Store);
        content[0] = 2;
        Assert.Equal([1], Store.ReadSegment(1, 1)!);
        Store.ReadSegment(1, 1)![0] = 3;
        Assert.Equal([1], Store.ReadSegment(1, 1)!);
    }

    [Fact]
    public void A_checkpoint_changes_nothing()
    {
        Changes.Session(1, "a").Entry(1, "e").CommitTo(Store);
        string[] before = [.. Content.All];
        Store.Checkpoint();
        Assert.Equal(before, Content.All);
    }

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    internal abstract IStore Open();

    protected virtual void Dispose(bool isDisposing) => _store?.Dispose();

    protected void Reopen()
    {
        _store?.Dispose();
        _store = null;
    }
}
