// struct sched_attr of Linux, as of 5.3.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Linux;

[StructLayout(LayoutKind.Sequential)]
internal struct SchedulingAttributes
{
    public uint Size;
    public uint Policy;
    public ulong Flags;
    public int Nice;
    public uint Priority;

    /// <summary>Of an ordinary thread: its slice in nanoseconds.</summary>
    public ulong Runtime;

    public ulong Deadline;
    public ulong Period;
    public uint UtilizationMin;
    public uint UtilizationMax;
}
