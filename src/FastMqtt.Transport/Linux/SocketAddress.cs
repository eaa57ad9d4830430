// struct sockaddr_in and sockaddr_in6 from and to an IPEndPoint. Only listeners need it; peers go through PeerAddress.

using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace FastMqtt.Transport.Linux;

[SupportedOSPlatform("linux")]
internal static class SocketAddress
{
    public const int BytesMax = 28;

    private const int Version4Bytes = 16;
    private const int Version6Bytes = 28;

    /// <summary>Returns the length written.</summary>
    public static int Write(Span<byte> target, IPEndPoint endPoint)
    {
        target[..BytesMax].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)endPoint.Port);
        if (endPoint.AddressFamily == AddressFamily.InterNetwork)
        {
            MemoryMarshal.Write(target, (ushort)Libc.AddressFamilyV4);
            endPoint.Address.TryWriteBytes(target[4..8], out _);
            return Version4Bytes;
        }

        MemoryMarshal.Write(target, (ushort)Libc.AddressFamilyV6);
        endPoint.Address.TryWriteBytes(target[8..24], out _);
        MemoryMarshal.Write(target[24..], (uint)endPoint.Address.ScopeId);
        return Version6Bytes;
    }

    public static IPEndPoint Read(ReadOnlySpan<byte> source)
    {
        int port = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        return MemoryMarshal.Read<ushort>(source) == Libc.AddressFamilyV4
            ? new IPEndPoint(new IPAddress(source[4..8]), port)
            : new IPEndPoint(new IPAddress(source[8..24], MemoryMarshal.Read<uint>(source[24..])), port);
    }
}
