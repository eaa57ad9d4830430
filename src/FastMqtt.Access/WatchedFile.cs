// A file that is read again when it changes: also when a symbolic link on its path is swapped, as Kubernetes does.
// Owns the stamp and the timer, not the content. Looks once in two seconds, which costs one system call. A load that
// fails keeps what was loaded before and is said once per content. Used by every file of access control.

using FastMqtt.Transport;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Access;

internal sealed class WatchedFile : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly Action<string> _load;
    private readonly ILogger _log;
    private readonly Lock _loading = new();
    private readonly ITimer _timer;
    private FileStatus _status;

    // Loads at once: AccessFileException when it is bad.
    public WatchedFile(string path, Action<string> load, ILogger log, TimeProvider time)
    {
        _path = Path.GetFullPath(path);
        _load = load;
        _log = log;
        Load();
        _timer = time.CreateTimer(static state => ((WatchedFile)state!).Look(), this, Interval, Interval);
    }

    // False: the file is bad, which is logged, and what was loaded before stays.
    public bool Reload()
    {
        lock (_loading)
        {
            try
            {
                Load();
                return true;
            }
            catch (AccessFileException exception)
            {
                AccessLog.KeptOldFile(_log, exception.Message);
                return false;
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_loading)
        {
            _ = FileStatus.TryRead(_path, out FileStatus now);
            if (now != _status && Reload())
            {
                AccessLog.FileReloaded(_log, _path);
            }
        }
    }

    // The stamp is taken before the content: a write in between makes another load, never a missed one.
    private void Load()
    {
        _ = FileStatus.TryRead(_path, out _status);
        _load(_path);
    }
}
