// Builds a directory as a disk could have it after a loss of power. What a file's sync had covered is there, and so are
// the names that a sync of the directory had covered; of the rest, what the cut says. Files are known by number, so
// that a name can go and come back without its content getting mixed up.
namespace FastMqtt.Crash.Power;

internal sealed class DiskImage(List<Change> changes, Cut cut)
{
    private const double PieceShare = 0.5;
    private const double FullSizeShare = 0.3;

    private readonly Random _random = new(cut.Seed);

    // By file, the change before which everything is safe; 0 is the directory.
    private readonly Dictionary<int, int> _safe = [];

    public void WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach ((string name, int file) in Names())
        {
            string path = Path.Combine(directory, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Content(file).Bytes);
        }
    }

    private Dictionary<string, int> Names()
    {
        FindSafe();
        int[] unsafeNames =
        [
            .. Enumerable.Range(0, cut.Changes)
                .Where(index => changes[index].IsOfNames && index >= _safe.GetValueOrDefault(0)),
        ];

        // A file system keeps the order of names: the first few survive.
        int kept = Kept(unsafeNames.Length);
        int end = kept == unsafeNames.Length ? cut.Changes : unsafeNames[kept];
        var names = new Dictionary<string, int>();
        foreach (Change change in changes.Take(end).Where(change => change.IsOfNames))
        {
            Apply(change, names);
        }

        return names;
    }

    private static void Apply(Change change, Dictionary<string, int> names)
    {
        switch (change.Kind)
        {
            case ChangeKind.Create:
                names[change.Name] = change.File;
                break;
            case ChangeKind.Unlink:
                names.Remove(change.Name);
                break;
            default:
                string[] fromTo = change.Name.Split('\0');
                if (names.Remove(fromTo[0], out int file))
                {
                    names[fromTo[1]] = file;
                }

                break;
        }
    }

    private int Kept(int count) => cut.Survival switch
    {
        Survival.Nothing => 0,
        Survival.Everything => count,
        _ => _random.Next(count + 1),
    };

    private void FindSafe()
    {
        var begins = new Dictionary<long, int>();
        for (int i = 0; i < cut.Changes; i++)
        {
            Change change = changes[i];
            if (change.Kind is ChangeKind.SyncBegin or ChangeKind.DirectorySyncBegin)
            {
                begins[change.Offset] = i;
            }
            else if (change.Kind is ChangeKind.SyncEnd or ChangeKind.DirectorySyncEnd)
            {
                _safe[change.File] = Math.Max(_safe.GetValueOrDefault(change.File), begins[change.Offset]);
            }
        }
    }

    private FileContent Content(int file)
    {
        var content = new FileContent();
        int safe = _safe.GetValueOrDefault(file);
        long fullSize = 0;
        for (int i = 0; i < cut.Changes; i++)
        {
            Change change = changes[i];
            if (change.File != file || !change.IsOfContent)
            {
                continue;
            }

            fullSize = change.Kind == ChangeKind.Truncate
                ? change.Offset
                : Math.Max(fullSize, change.Offset + change.Data.Length);
            if (i < safe || cut.Survival == Survival.Everything)
            {
                Apply(change, content);
            }
            else if (cut.Survival == Survival.Pieces)
            {
                ApplyPieces(change, content);
            }
        }

        // The size may be there before the bytes are.
        if (cut.Survival == Survival.Pieces && content.Length < fullSize && _random.NextDouble() < FullSizeShare)
        {
            content.Resize(fullSize);
        }

        return content;
    }

    private static void Apply(Change change, FileContent content)
    {
        if (change.Kind == ChangeKind.Truncate)
        {
            content.Resize(change.Offset);
        }
        else
        {
            content.Write(change.Offset, change.Data.Span);
        }
    }

    private void ApplyPieces(Change change, FileContent content)
    {
        if (change.Kind == ChangeKind.Truncate)
        {
            if (_random.NextDouble() < PieceShare)
            {
                content.Resize(change.Offset);
            }

            return;
        }

        long at = change.Offset;
        ReadOnlySpan<byte> rest = change.Data.Span;
        while (!rest.IsEmpty)
        {
            int length = (int)Math.Min(rest.Length, cut.PieceBytes - (at % cut.PieceBytes));
            if (_random.NextDouble() < PieceShare)
            {
                content.Write(at, rest[..length]);
            }

            at += length;
            rest = rest[length..];
        }
    }
}
