// struct timespec of 64-bit Linux, as a length of time. Never negative: the past is no wait at all.

using System;
using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Linux;

[StructLayout(LayoutKind.Sequential)]
internal readonly struct Duration
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly nint _seconds;
    private readonly nint _nanoseconds;

    public Duration(long nanoseconds)
    {
        (long seconds, long rest) = Math.DivRem(Math.Max(0, nanoseconds), NanosecondsPerSecond);
        _seconds = (nint)seconds;
        _nanoseconds = (nint)rest;
    }
}
