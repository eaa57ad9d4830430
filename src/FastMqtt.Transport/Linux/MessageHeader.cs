// struct msghdr of 64-bit Linux: what sendmsg is told. Only the vectors are used.

using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Linux;

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public nuint NameLength;       // 32 bits and padding
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public nint Flags;             // 32 bits and padding
}
