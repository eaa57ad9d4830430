// Files that are not what was written: a start is never prevented, and what can be read is kept.

using System.Buffers.Binary;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class DamagedStoreTests : IDisposable
{
    private const int Page = SqliteStore.PageBytes;
    private const int JournalHeader = 32;
    private const int FrameHeader = 24;
    private const int Frame = FrameHeader + Page;
    private const int RetainedCount = 200;

    private readonly StoreFolder _folder = new();
    private readonly RecordingLog _log = new();

    public static TheoryData<int, byte> Fillings => new()
    {
        { 0, 0 }, { 2, 1 }, { 100, 0 }, { 511, 7 }, { Page, 0 }, { Page, 0xFF }, { (3 * Page) + 5, 0 },
        { 5 * Page, 42 },
    };

    [Theory]
    [MemberData(nameof(Fillings))]
    public void A_file_of_anything_is_moved_aside(int length, byte content)
    {
        byte[] bytes = [.. Enumerable.Repeat(content, length)];
        File.WriteAllBytes(_folder.Store, bytes);
        File.WriteAllBytes(_folder.Store + "-wal", bytes);
        Assert.Equal(0, OpenAndRead().Rows);
        if (length > 0)
        {
            Assert.Equal(bytes, File.ReadAllBytes(_folder.PathOf(_folder.Damaged()[0])));
            Assert.Contains(_folder.Damaged()[0], _log.Lines.Single(), StringComparison.Ordinal);
            Assert.Contains(_folder.Store, _log.Lines.Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_cut_at_any_page_still_starts()
    {
        byte[] whole = MakeFile();
        for (int length = 0; length < whole.Length; length += Page)
        {
            Start(whole[..length]);
            Start(whole[..(length + (Page / 3))]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_file_with_a_bit_flipped_in_any_page_still_starts(int seed)
    {
        byte[] whole = MakeFile();
        var random = new Random(seed);
        for (int page = 0; page < whole.Length; page += Page)
        {
            // Anywhere, and where the page says what it is.
            foreach (int span in (int[])[Page, page == 0 ? 112 : 12])
            {
                byte[] damaged = [.. whole];
                damaged[page + random.Next(span)] ^= (byte)(1 << random.Next(8));
                Start(damaged);
            }
        }
    }

    [Fact]
    public void A_file_with_any_page_overwritten_still_starts_and_keeps_the_other_rows()
    {
        byte[] whole = MakeFile();
        int rows = OpenAndRead().Rows;
        int kept = 0;
        for (int page = 0; page < whole.Length; page += Page)
        {
            byte[] damaged = [.. whole];
            damaged.AsSpan(page, Page).Fill(0xA5);
            kept += Start(damaged).Rows;
        }

        // A few pages are the roots of a table: with one of them all its rows are lost.
        Assert.InRange(kept / (double)(rows * (whole.Length / Page)), 0.85, 1);
    }

    [Fact]
    public void A_file_that_has_lost_its_first_page_loses_nothing_else()
    {
        byte[] whole = MakeFile();
        string[] rows = [.. OpenAndRead().All];
        whole.AsSpan(0, Page).Clear();
        Assert.Equal(rows, Start(whole).All);
    }

    [Fact]
    public void A_header_that_forbids_writing_is_damage()
    {
        byte[] whole = MakeFile();
        string[] rows = [.. OpenAndRead().All];
        whole[18] = 6; // the version of those who may write
        Assert.Equal(rows, Start(whole, assertDamage: true).All);
    }

    [Fact]
    public void A_journal_cut_anywhere_keeps_every_transaction_whose_frames_are_whole()
    {
        (byte[] file, byte[] journal) = MakeJournal();
        for (int length = 0; length <= journal.Length; length += Frame / 3)
        {
            AssertTransactions(file, journal[..length], CommitsIn(journal, length));
        }

        for (int length = JournalHeader; length <= journal.Length; length += Frame)
        {
            AssertTransactions(file, journal[..length], CommitsIn(journal, length));
        }
    }

    [Fact]
    public void A_journal_with_a_bit_flipped_in_any_frame_keeps_the_transactions_before()
    {
        (byte[] file, byte[] journal) = MakeJournal();
        var random = new Random(3);
        for (int frame = JournalHeader; frame < journal.Length; frame += Frame)
        {
            byte[] damaged = [.. journal];
            damaged[frame + random.Next(Frame)] ^= (byte)(1 << random.Next(8));
            AssertTransactions(file, damaged, CommitsIn(journal, frame));
        }
    }

    [Fact]
    public void Rows_around_an_unreadable_page_are_saved_and_told_once()
    {
        byte[] whole = MakeFile();
        StoreContent before = OpenAndRead();
        int place = whole.AsSpan().LastIndexOf("retained/100"u8);
        whole.AsSpan(place / Page * Page, Page).Fill(1);
        StoreContent after = Start(whole, assertDamage: true);
        Assert.InRange(after.Retained.Count, RetainedCount - 90, RetainedCount - 1);
        Assert.Subset(before.Retained.ToHashSet(), after.Retained.ToHashSet());
        Assert.Equal(before.Sessions, after.Sessions);
        Assert.Equal(before.Subscriptions, after.Subscriptions);
        Assert.Equal(before.Segments, after.Segments);
        Assert.Equal(before.Log, after.Log);
        Assert.Contains($"retained {after.Retained.Count}", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_without_their_session_are_not_saved()
    {
        using (SqliteStore store = Open())
        {
            new StoreChanges().Session(1, "a").Subscription(1, "kept", 0, 0).Subscription(2, "lost", 0, 0)
                .Segment(new SegmentRow(1, 1, 1, 1, 1), [1]).Segment(new SegmentRow(2, 1, 1, 1, 1), [1])
                .CommitTo(store);
        }

        byte[] bytes = File.ReadAllBytes(_folder.Store);
        bytes[0] = 0;
        StoreContent content = Start(bytes, assertDamage: true);
        Assert.Equal(["1 '' kept 0 0"], content.Subscriptions);
        Assert.Equal([new SegmentRow(1, 1, 1, 1, 1)], content.Segments);
    }

    [Fact]
    public void A_salvage_that_was_interrupted_is_finished()
    {
        MakeFile();
        string[] rows = [.. OpenAndRead().All];
        File.Move(_folder.Store, _folder.Store + ".salvaged");
        File.WriteAllBytes(_folder.Store + "-wal", [1, 2, 3]);
        Assert.Equal(rows, OpenAndRead().All);
        Assert.Single(_folder.Damaged());
    }

    [Fact]
    public void A_commit_that_meets_damage_fails_and_the_next_one_saves_what_is_left()
    {
        MakeFile();
        using (SqliteStore first = Open())
        {
            new StoreChanges().Entry(1000, new byte[300_000]).CommitTo(first);
            new StoreChanges().EndOfLog(1000).CommitTo(first);
        }

        byte[] file = File.ReadAllBytes(_folder.Store);
        int free = ((int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(32)) - 1) * Page;
        file.AsSpan(free, Page).Fill(0xFF);
        File.WriteAllBytes(_folder.Store, file);

        using SqliteStore store = Open();
        int retained = StoreContent.Of(store).Retained.Count;
        StoreChanges changes = new StoreChanges().Entry(2000, new byte[300_000]);
        Assert.Throws<StoreException>(() => store.Commit([changes], force: true));
        changes.CommitTo(store);
        StoreContent content = StoreContent.Of(store);
        Assert.Equal(retained, content.Retained.Count);
        Assert.Contains(content.Log, line => line.StartsWith("2000 ", StringComparison.Ordinal));
        Assert.NotEmpty(_folder.Damaged());
    }

    [Fact]
    public void A_segment_that_is_unreadable_is_said_to_be()
    {
        byte[] whole = MakeFile();
        int place = whole.AsSpan().IndexOf(Segment(3).AsSpan(5000, 100)); // not in the row's own page
        Assert.True(place > 0);
        whole.AsSpan(place / Page * Page, Page).Fill(1);
        File.WriteAllBytes(_folder.Store, whole);
        using SqliteStore store = Open();
        Assert.Throws<StoreException>(() => store.ReadSegment(3, 1));
        new StoreChanges().Entry(1000, "e").CommitTo(store);
        Assert.Null(store.ReadSegment(3, 1));
        Assert.Equal(Segment(4), store.ReadSegment(4, 1)!);
    }

    public void Dispose() => _folder.Dispose();

    // 40 sessions with all they have, retained messages small and large, and a log: about 100 pages.
    private byte[] MakeFile()
    {
        using (SqliteStore store = Open())
        {
            var changes = new StoreChanges();
            for (int i = 1; i <= 40; i++)
            {
                changes.Session(i, $"client-{i}").State(i, i, new string('s', i * 20))
                    .Subscription(i, $"filter/{i}/#", 1, 0).Subscription(i, $"other/{i}", 2, 9, "group");
                if (i <= 8)
                {
                    changes.Segment(new SegmentRow(i, 1, 9, 9, 20_000), Segment(i));
                }
            }

            for (int i = 1; i <= RetainedCount; i++)
            {
                changes.Retained($"retained/{i}", i % 25 == 0 ? new string('m', 20_000) : $"payload {i}");
            }

            changes.CommitTo(store);
            for (int i = 1; i <= 30; i++)
            {
                changes.Entry(i, new string('e', i * 100)).CommitTo(store, force: false);
            }
        }

        return File.ReadAllBytes(_folder.Store);
    }

    private static byte[] Segment(int i)
    {
        byte[] content = new byte[20_000];
        new Random(i).NextBytes(content);
        return content;
    }

    // A file and a journal of 20 transactions, as a process that was killed leaves them.
    private (byte[] File, byte[] Journal) MakeJournal()
    {
        MakeFile();
        using SqliteStore store = Open();
        for (int i = 1; i <= 20; i++)
        {
            new StoreChanges().EndOfLog(30).Entry(100 + i, new string('x', i * 700)).Retained($"new/{i}", "m")
                .CommitTo(store, force: false);
        }

        return (File.ReadAllBytes(_folder.Store), File.ReadAllBytes(_folder.Store + "-wal"));
    }

    // A frame that ends a transaction says how many pages the file has then.
    private static int CommitsIn(byte[] journal, int length)
    {
        int count = 0;
        for (int at = JournalHeader; at + Frame <= length; at += Frame)
        {
            count += BinaryPrimitives.ReadUInt32BigEndian(journal.AsSpan(at + 4)) != 0 ? 1 : 0;
        }

        return count;
    }

    private void AssertTransactions(byte[] file, byte[] journal, int count)
    {
        File.Delete(_folder.Store + "-shm");
        File.WriteAllBytes(_folder.Store, file);
        File.WriteAllBytes(_folder.Store + "-wal", journal);
        StoreContent content = OpenAndRead();
        Assert.Equal(count == 0 ? 30 : count, content.Log.Count);
        Assert.Equal(RetainedCount + count, content.Retained.Count);
        Assert.Empty(_folder.Damaged());
    }

    private StoreContent Start(byte[] file, bool assertDamage = false)
    {
        foreach (string name in _folder.Names())
        {
            File.Delete(_folder.PathOf(name));
        }

        File.WriteAllBytes(_folder.Store, file);
        using SqliteStore store = Open();
        StoreContent content = StoreContent.Of(store);
        Assert.Distinct(content.All);
        AssertCommits(store);
        Assert.DoesNotContain(_folder.Names(), name => name.Contains("salvage", StringComparison.Ordinal));
        Assert.True(!assertDamage || _folder.Damaged().Length > 0);
        return content;
    }

    // What reading has not met, writing may: once, because what is left has been saved then.
    private static void AssertCommits(SqliteStore store)
    {
        StoreChanges changes = new StoreChanges().EndOfSession(5).Session(5, "new").Subscription(5, "new/#", 0, 0)
            .Segment(new SegmentRow(5, 1, 1, 1, 1), new byte[30_000]).EndOfRetained("retained/50")
            .Retained("retained/75", "new").EndOfLog(10).Entry(5000, new byte[30_000]);
        try
        {
            store.Commit([changes], force: false);
        }
        catch (StoreException)
        {
            store.Commit([changes], force: false);
        }
    }

    private StoreContent OpenAndRead()
    {
        using SqliteStore store = Open();
        return StoreContent.Of(store);
    }

    private SqliteStore Open() => SqliteStore.Open(_folder.Store, _log);
}
