// For how long the calling thread computes at a stretch while others want its processor. Of those that are due to run
// Linux takes the one whose slice ends first (EEVDF; a slice for each thread since 6.12). So a thread that asks for a
// long one gets as much of the processor as ever, in fewer pieces, and who wakes up beside it with little to do goes
// first. Needs no right: nobody gets more by it.

using System;
using System.Runtime.InteropServices;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport;

internal static unsafe class ThreadSlice
{
    /// <summary>
    /// The slice of the calling thread; zero where the system knows none, or tells none of an ordinary thread.
    /// </summary>
    public static TimeSpan Current =>
        TryRead(out SchedulingAttributes attributes)
            ? TimeSpan.FromMicroseconds(attributes.Runtime / 1000.0)
            : TimeSpan.Zero;

    /// <summary>Asks for a slice of 0.1 to 100 ms for the calling thread.</summary>
    /// <returns>Whether the system took it; an old one does, and ignores it.</returns>
    public static bool TrySet(TimeSpan slice)
    {
        if (!OperatingSystem.IsLinux() || !TryRead(out SchedulingAttributes attributes))
        {
            return false;
        }

        attributes.Runtime = (ulong)(slice.TotalMicroseconds * 1000);
        attributes.Flags = 0;
        return Libc.SystemCall(SetAttributes, 0, &attributes, 0, 0) == 0;
    }

    private static bool TryRead(out SchedulingAttributes attributes)
    {
        SchedulingAttributes read = default;
        bool isRead = OperatingSystem.IsLinux() && IsKnown
            && Libc.SystemCall(ReadAttributes, 0, &read, (nuint)sizeof(SchedulingAttributes), 0) == 0;
        attributes = read;
        return isRead;
    }

    private static bool IsKnown => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    // Numbers of sched_setattr and sched_getattr, for which most C libraries have no function.
    private static nint SetAttributes => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 314 : 274;

    private static nint ReadAttributes => SetAttributes + 1;
}
