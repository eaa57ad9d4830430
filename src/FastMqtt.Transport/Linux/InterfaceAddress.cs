// struct ifaddrs of 64-bit Linux, as far as it is read: a list of the addresses of all network interfaces.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Linux;

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InterfaceAddress
{
    public InterfaceAddress* Next;
    public byte* Name;
    public ulong Flags;
    public byte* Address;
}
