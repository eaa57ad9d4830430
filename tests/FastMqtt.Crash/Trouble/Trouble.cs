// One trouble of the disk: its name, how long a sync takes, and with what writes and syncs fail.
namespace FastMqtt.Crash.Trouble;

internal sealed record Trouble(string Name, int SyncDelayMilliseconds, int Error)
{
    private const int InputOutputError = 5;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int SlowMilliseconds = 500;

    public static IReadOnlyList<Trouble> All =>
    [
        new("slow", SlowMilliseconds, 0),
        new("ENOSPC", 0, NoSpace),
        new("EIO", 0, InputOutputError),
        new("EROFS", 0, ReadOnlyFileSystem),
    ];

    public bool Fails => Error != 0;
}
