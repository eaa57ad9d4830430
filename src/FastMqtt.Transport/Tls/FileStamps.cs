// What a set of files looked like at a moment: whether they have changed since. Symbolic links are followed, so a
// directory that is swapped behind a link (as Kubernetes does) is a change too. Looks only, reads nothing.

using System.Collections.Generic;

namespace FastMqtt.Transport.Tls;

internal sealed class FileStamps
{
    private readonly string[] _paths;
    private readonly FileStatus[] _stamps;

    public FileStamps(IReadOnlyCollection<string> paths)
    {
        _paths = [.. paths];
        _stamps = new FileStatus[_paths.Length];
        for (int i = 0; i < _paths.Length; i++)
        {
            _stamps[i] = Look(_paths[i]);
        }
    }

    public bool HaveChanged()
    {
        for (int i = 0; i < _paths.Length; i++)
        {
            if (Look(_paths[i]) != _stamps[i])
            {
                return true;
            }
        }

        return false;
    }

    // A file that is not there is a stamp of zeros: it is a change when it comes back.
    private static FileStatus Look(string path)
    {
        _ = FileStatus.TryRead(path, out FileStatus status);
        return status;
    }
}
