// The preloaded library: compiled from powerloss.c, handed to a process by its environment, and read and switched at
// run time through a mapped page.
using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace FastMqtt.Crash.Power;

internal sealed class Shim : IDisposable
{
    private const int PageBytes = 4096;

    // struct control of powerloss.c.
    private const int RecordsAt = 0;
    private const int SyncDelayAt = 8;
    private const int ErrorAt = 12;
    private const int FailuresAt = 16;
    private const int SyncsAt = 24;
    private const int FrozenAt = 32;
    private const int WaitsAt = 36;

    private readonly string _library;
    private readonly string _controlPath;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _control;

    public Shim(string root)
    {
        _library = Path.Combine(root, "powerloss.so");
        _controlPath = Path.Combine(root, "control");
        JournalPath = Path.Combine(root, "journal");
        string source = Path.Combine(AppContext.BaseDirectory, "powerloss.c");
        using (Process compiler = Process.Start("gcc", ["-O2", "-shared", "-fPIC", "-o", _library, source, "-ldl"]))
        {
            compiler.WaitForExit();
            if (compiler.ExitCode != 0)
            {
                throw new InvalidOperationException("gcc does not compile powerloss.c");
            }
        }

        File.WriteAllBytes(_controlPath, new byte[PageBytes]);
        _file = MemoryMappedFile.CreateFromFile(_controlPath, FileMode.Open);
        _control = _file.CreateViewAccessor(0, PageBytes);
    }

    public string JournalPath { get; }

    public long Records => _control.ReadInt64(RecordsAt);

    public long Failures => _control.ReadInt64(FailuresAt);

    public long Syncs => _control.ReadInt64(SyncsAt);

    public int SyncDelayMilliseconds
    {
        set => _control.Write(SyncDelayAt, value);
    }

    // An errno; 0: the disk is well.
    public int Error
    {
        set => _control.Write(ErrorAt, value);
    }

    // Whether somebody waits with a change since Freeze: then nobody is between a change and its record.
    public bool IsFrozen => _control.ReadInt32(WaitsAt) != 0;

    // No change any more: whoever wants to make one waits for ever.
    public void Freeze() => _control.Write(FrozenAt, 1);

    public void Dispose()
    {
        _control.Dispose();
        _file.Dispose();
    }

    // Without a journal nothing is recorded: a long run needs none to be in trouble.
    public Dictionary<string, string> Environment(string directory, bool withJournal)
    {
        var environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = _library,
            ["CRASH_DIRECTORY"] = directory,
            ["CRASH_CONTROL"] = _controlPath,
        };
        if (withJournal)
        {
            environment.Add("CRASH_JOURNAL", JournalPath);
        }

        return environment;
    }
}
