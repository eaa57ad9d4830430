// struct rlimit of 64-bit Linux.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Linux;

[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimit
{
    public nuint Soft;
    public nuint Hard;
}
