// What a set of files looked like at a moment: whether they have changed since. Symbolic links are followed, so a
// directory that is swapped behind a link (as Kubernetes does) is a change too. Looks only, reads nothing.

using System;
using System.Collections.Generic;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tls;

internal sealed unsafe class FileStamps
{
    private readonly string[] _paths;
    private readonly Stamp[] _stamps;

    public FileStamps(IReadOnlyCollection<string> paths)
    {
        _paths = [.. paths];
        _stamps = new Stamp[_paths.Length];
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
    private static Stamp Look(string path)
    {
        FileStatus status = default;
        fixed (byte* bytes = NativeText.Of(path))
        {
            if (Libc.GetStatus(Libc.CurrentDirectory, bytes, 0, FileStatus.BasicFields, &status) < 0)
            {
                return default;
            }
        }

        return new Stamp(
            status.DeviceMajor, status.DeviceMinor, status.FileNumber, status.Size,
            status.ModifiedSeconds, status.ModifiedNanoseconds);
    }

    private readonly record struct Stamp(
        uint Major, uint Minor, ulong FileNumber, ulong Size, long Seconds, uint Nanoseconds);
}
