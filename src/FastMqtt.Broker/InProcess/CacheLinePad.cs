// Space behind the fields of an object that one thread writes for each message, so that what lies next in the heap is
// not on their cache line.

using System.Runtime.InteropServices;

namespace FastMqtt.Broker.InProcess;

[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct CacheLinePad
{
    /// <summary>Two lines: processors fetch them in pairs.</summary>
    public const int Bytes = 128;
}
