// One loss of power: after how many changes, and how much of what was not yet synced has reached the disk all the same.
namespace FastMqtt.Crash.Power;

internal enum Survival
{
    // Only what was synced.
    Nothing,

    // Everything, as after a kill.
    Everything,

    // Some pieces of some writes, some sizes, names up to some change.
    Pieces,
}

// PieceBytes: a page or a sector, which a disk writes as a whole. Seed: which pieces.
internal sealed record Cut(int Changes, Survival Survival, int PieceBytes, int Seed)
{
    private const int PageBytes = 4096;
    private const int SectorBytes = 512;

    // Half of them at the begins and ends of syncs, one before and one after: there promises are given. In order.
    public static List<Cut> Choose(List<Change> changes, int count, Random random)
    {
        int[] syncs =
        [
            .. changes.Index()
                .Where(each => !each.Item.IsOfContent && !each.Item.IsOfNames)
                .SelectMany(each => new[] { each.Index, each.Index + 1, each.Index + 2 })
                .Where(cut => cut <= changes.Count)
                .Distinct(),
        ];
        var cuts = new List<Cut>();
        for (int i = 0; i < count; i++)
        {
            bool isAtSync = i % 2 == 0 && syncs.Length > 0;
            int at = isAtSync ? syncs[random.Next(syncs.Length)] : random.Next(changes.Count + 1);
            var survival = (Survival)random.Next(3);
            cuts.Add(new Cut(at, survival, random.Next(2) == 0 ? PageBytes : SectorBytes, random.Next()));
        }

        cuts.Sort((a, b) => a.Changes.CompareTo(b.Changes));
        return cuts;
    }

    public override string ToString() => $"power lost after change {Changes}, {Survival} of what was not synced"
        + (Survival == Survival.Pieces ? $", pieces of {PieceBytes} bytes" : "");
}
