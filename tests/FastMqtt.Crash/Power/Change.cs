// One record of the journal, in the layout of powerloss.c.
namespace FastMqtt.Crash.Power;

internal enum ChangeKind
{
    Create = 1,
    Write,
    Truncate,
    SyncBegin,
    SyncEnd,
    Unlink,
    Rename,
    DirectorySyncBegin,
    DirectorySyncEnd,
}

// Offset is also the new size of a Truncate and what an end of a sync has in common with its begin.
internal sealed record Change(ChangeKind Kind, int File, long Offset, ReadOnlyMemory<byte> Data)
{
    public bool IsOfNames => Kind is ChangeKind.Create or ChangeKind.Unlink or ChangeKind.Rename;

    public bool IsOfContent => Kind is ChangeKind.Write or ChangeKind.Truncate;

    public string Name => System.Text.Encoding.UTF8.GetString(Data.Span);
}
