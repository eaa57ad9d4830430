// What only the start of the process has needed is not resident afterwards: code and constants of the executable that
// were mapped on the way (the command line, the configuration, their neighbours, since the system maps 64 KiB at a
// time) are unmapped once. They are pages of the file, in the system's cache; what runs on comes back with its first
// use. Pages that were written, by relocation too, are never touched.

using System;
using System.Globalization;
using System.IO;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

internal static class StartPages
{
    private const string Map = "/proc/self/smaps";

    /// <summary>Gives them back. Does nothing where the system does not tell what is mapped.</summary>
    public static void Release()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } executable || !File.Exists(Map))
        {
            return;
        }

        nuint first = 0;
        nuint length = 0;
        foreach (string line in File.ReadLines(Map))
        {
            if (TryReadRange(line, out nuint start, out nuint end))
            {
                bool isOurs = line.EndsWith(executable, StringComparison.Ordinal);
                bool isWritable = line.AsSpan(line.IndexOf(' ', StringComparison.Ordinal) + 1) is [_, 'w', ..];
                first = start;
                length = isOurs && !isWritable ? end - start : 0;
            }
            else if (length > 0 && line.StartsWith("Private_Dirty:", StringComparison.Ordinal))
            {
                if (line.EndsWith(" 0 kB", StringComparison.Ordinal))
                {
                    unsafe
                    {
                        _ = Libc.Advise((void*)first, length, Libc.DoNotNeed);
                    }
                }

                length = 0;
            }
        }
    }

    // 55f0c000-55f0d000 r-xp 00001000 08:01 123    /usr/bin/fastmqtt
    private static bool TryReadRange(string line, out nuint start, out nuint end)
    {
        start = 0;
        end = 0;
        int dash = line.IndexOf('-', StringComparison.Ordinal);
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return dash > 0
            && space > dash
            && nuint.TryParse(line.AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out start)
            && nuint.TryParse(
                line.AsSpan(dash + 1, space - dash - 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out end);
    }
}
