// Whether the journal is the whole truth: all changes made again must give the directory that was left. A write that
// the preloaded library cannot see, such as one into mapped memory, would show here.
namespace FastMqtt.Crash.Power;

internal static class DirectoryComparison
{
    public static IEnumerable<string> Differences(List<Change> changes, string directory, string scratch)
    {
        new DiskImage(changes, new Cut(changes.Count, Survival.Everything, 1, 0)).WriteTo(scratch);
        string[] expected = Names(directory);
        string[] built = Names(scratch);
        foreach (string name in expected.Union(built))
        {
            if (!expected.Contains(name) || !built.Contains(name))
            {
                yield return $"{name} is only {(built.Contains(name) ? "in the journal" : "in the directory")}";
            }
            else if (!File.ReadAllBytes(Path.Combine(directory, name)).AsSpan()
                .SequenceEqual(File.ReadAllBytes(Path.Combine(scratch, name))))
            {
                yield return $"{name} differs from what the journal says";
            }
        }

        Directory.Delete(scratch, recursive: true);
    }

    private static string[] Names(string directory) =>
    [
        .. Directory.GetFiles(directory, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(directory, path))
            .Where(name => !name.EndsWith("-shm", StringComparison.Ordinal)),
    ];
}
