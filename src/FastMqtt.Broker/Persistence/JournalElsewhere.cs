// What a dispatcher promises and others have to do: messages for another dispatcher's sessions, or for those a walk has
// yet to come to. Part of the journal.

namespace FastMqtt.Broker.Persistence;

internal sealed class JournalElsewhere(Journal journal)
{
    /// <summary>
    /// How often others were given a part of what is promised: who compares two of them knows whether they were.
    /// </summary>
    public long Count { get; private set; }

    /// <summary>
    /// Part of what is promised now is done elsewhere, or later; <see cref="Settle"/> ends it.
    /// </summary>
    /// <returns>The pledge that waits for it.</returns>
    public long Await()
    {
        long pledge = journal.Pledge;
        journal.Pledges.AddElsewhere(pledge);
        Note();
        return pledge;
    }

    /// <summary>One more message of that part.</summary>
    public void Note()
    {
        journal.Additions++;
        Count++;
    }

    /// <summary>
    /// What these pledges waited for elsewhere is done. When they are kept, and what follows from that is durable too,
    /// it is settled.
    /// </summary>
    public void Settle(IReadOnlyList<long> pledges, Action? settled)
    {
        foreach (long pledge in pledges)
        {
            journal.Pledges.DropElsewhere(pledge);
        }

        if (settled is not null)
        {
            AfterKept(pledges, settled);
        }
    }

    private void AfterKept(IReadOnlyList<long> pledges, Action settled)
    {
        int left = pledges.Count;
        foreach (long pledge in pledges)
        {
            journal.Pledges.After(pledge, () =>
            {
                if (--left == 0)
                {
                    journal.AfterCommit(settled, isAwaited: false);
                }
            });
        }
    }
}
