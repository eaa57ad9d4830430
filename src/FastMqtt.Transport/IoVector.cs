// A range of pinned memory in the layout of the system's struct iovec, so that an array of them is passed as it is.
// Whoever builds one keeps the memory alive until the call returns.

using System;
using System.Runtime.InteropServices;

namespace FastMqtt.Transport;

[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct IoVector
{
    public readonly nint Address;
    public readonly nint Length;

    public IoVector(nint address, int length)
    {
        Address = address;
        Length = length;
    }

    public ReadOnlySpan<byte> Span => new((void*)Address, (int)Length);
}
