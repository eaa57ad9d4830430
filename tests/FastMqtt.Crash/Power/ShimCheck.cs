// The check of the check: SQLite alone, in WAL mode. With synchronous=FULL each row it has committed must survive every
// loss of power; with NORMAL and OFF rows must be missing after some, or the simulation loses nothing.
using FastMqtt.Crash.Rounds;

namespace FastMqtt.Crash.Power;

internal sealed class ShimCheck(CrashOptions options, int seed, string root)
{
    private const int RowCount = 300;
    private const int RowBytesMax = 20_000;

    private readonly Random _random = new(seed);

    public RoundResult Run()
    {
        var result = new RoundResult { Seed = seed, Root = root };
        (int fullLost, int fullDamaged) = RunWith("FULL", result);
        (int normalLost, int normalDamaged) = RunWith("NORMAL", result);
        (int offLost, int offDamaged) = RunWith("OFF", result);
        Require(result, fullLost == 0, "synchronous=FULL must lose nothing");
        Require(result, fullDamaged + normalDamaged == 0, "synchronous=FULL and NORMAL must keep the file sound");
        Require(result, normalLost > 0 && offLost > 0, "synchronous=NORMAL and OFF must lose rows");
        result.Figures = $"{options.Cuts} cuts each; rows lost in FULL {fullLost}, NORMAL {normalLost}, OFF {offLost}; "
            + $"damaged in OFF {offDamaged}";
        return result;
    }

    private static void Require(RoundResult result, bool isSo, string what)
    {
        if (!isSo)
        {
            result.Complaints.Add("sqlite3", what);
        }
    }

    // In how many cuts a committed row was missing, and in how many the file was damaged.
    private (int Lost, int Damaged) RunWith(string synchronous, RoundResult result)
    {
        string own = Directory.CreateDirectory(Path.Combine(root, synchronous)).FullName;
        string store = Directory.CreateDirectory(Path.Combine(own, "store")).FullName;
        using var shim = new Shim(own);
        long[] committedAt = Write(synchronous, store, shim);
        List<Change> changes = Journal.Read(shim.JournalPath);
        result.Complaints.Add(
            "journal", DirectoryComparison.Differences(changes, store, Path.Combine(own, "scratch")));
        int lost = 0;
        int damaged = 0;
        foreach (Cut cut in Cut.Choose(changes, options.Cuts, _random))
        {
            string image = Path.Combine(own, "image");
            new DiskImage(changes, cut).WriteTo(image);
            HashSet<int>? rows = SqliteSession.ReadRows(Path.Combine(image, "test.db"));
            damaged += rows is null ? 1 : 0;
            lost += rows is not null && committedAt.Index()
                .Any(each => each.Item <= cut.Changes && !rows.Contains(each.Index)) ? 1 : 0;
            Directory.Delete(image, recursive: true);
        }

        return (lost, damaged);
    }

    // By row, the length of the journal when it was committed.
    private long[] Write(string synchronous, string store, Shim shim)
    {
        using var sqlite = new SqliteSession(
            Path.Combine(store, "test.db"), shim.Environment(store, withJournal: true));
        sqlite.Run($"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA wal_autocheckpoint=100;");
        sqlite.Run("CREATE TABLE t(id INTEGER PRIMARY KEY, data BLOB);");
        long[] committedAt = new long[RowCount];
        for (int row = 0; row < RowCount; row++)
        {
            int size = _random.Next(RowBytesMax) / (_random.Next(10) == 0 ? 1 : 50);
            sqlite.Run($"INSERT INTO t VALUES({row}, randomblob({size}));");
            committedAt[row] = shim.Records;
        }

        sqlite.Kill();
        return committedAt;
    }
}
