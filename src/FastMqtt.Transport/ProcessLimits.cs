// Limits the system sets on this process. Called once at start.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

[SupportedOSPlatform("linux")]
internal static unsafe class ProcessLimits
{
    /// <summary>
    /// Raises the number of open files to what the system allows, and returns what is in force then; 0 if unknown.
    /// Each connection is one open file.
    /// </summary>
    [SuppressMessage("Design", "CA1030:Use events where appropriate", Justification = "It raises a limit.")]
    public static long RaiseOpenFiles()
    {
        ResourceLimit limit;
        if (Libc.GetLimit(Libc.OpenFilesLimit, &limit) < 0)
        {
            return 0;
        }

        ResourceLimit raised = limit;
        raised.Soft = raised.Hard;
        bool isRaised = Libc.SetLimit(Libc.OpenFilesLimit, &raised) == 0;
        return (long)Math.Min(isRaised ? raised.Soft : limit.Soft, long.MaxValue);
    }
}
