// Where a peer connects from: a small value that is stored without allocation and formatted only for logs.
// IPv4 addresses mapped into IPv6 are stored as IPv4, so that one client looks the same on either kind of listener.

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace FastMqtt.Transport;

public readonly record struct PeerAddress : ISpanFormattable
{
    private const ushort Unix = 1;
    private const ushort Version4 = 2;
    private const ushort Version6 = 10;

    private readonly AddressBytes _address;
    private readonly ushort _port;
    private readonly byte _family;

    private PeerAddress(ReadOnlySpan<byte> address, ushort port, byte family)
    {
        address.CopyTo(MemoryMarshal.AsBytes(new Span<AddressBytes>(ref _address)));
        _port = port;
        _family = family;
    }

    /// <summary>A peer on a unix domain socket.</summary>
    public static PeerAddress LocalSocket => new([], 0, (byte)Unix);

    public bool IsLocalSocket => _family == Unix;

    public int Port => _port;

    public bool IsLoopback => IsLocalSocket || (ToIPAddress() is IPAddress address && IPAddress.IsLoopback(address));

    /// <summary>Reads a sockaddr as the kernel fills it. What is not understood becomes the unknown address.</summary>
    public static PeerAddress FromSocketAddress(ReadOnlySpan<byte> socketAddress)
    {
        if (socketAddress.Length < sizeof(ushort))
        {
            return default;
        }

        // The family is in the machine's byte order, the port in the network's.
        switch (MemoryMarshal.Read<ushort>(socketAddress))
        {
            case Version4 when socketAddress.Length >= 8:
                return new PeerAddress(socketAddress[4..8], ReadPort(socketAddress), (byte)Version4);
            case Version6 when socketAddress.Length >= 24:
                return FromVersion6(socketAddress[8..24], ReadPort(socketAddress));
            case Unix:
                return new PeerAddress([], 0, (byte)Unix);
            default:
                return default;
        }
    }

    public static PeerAddress FromEndPoint(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(bytes, out int count);
        return endPoint.AddressFamily == AddressFamily.InterNetwork
            ? new PeerAddress(bytes[..count], (ushort)endPoint.Port, (byte)Version4)
            : FromVersion6(bytes[..count], (ushort)endPoint.Port);
    }

    /// <summary>The address alone, or null for a local socket and for the unknown address.</summary>
    public IPAddress? ToIPAddress()
    {
        AddressBytes copy = _address;
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<AddressBytes>(ref copy));
        return (ushort)_family switch
        {
            Version4 => new IPAddress(bytes[..4]),
            Version6 => new IPAddress(bytes),
            _ => null,
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{this}");

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <summary>Without an allocation, except for IPv6.</summary>
    public bool TryFormat(
        Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        AddressBytes copy = _address;
        ReadOnlySpan<byte> b = MemoryMarshal.AsBytes(new ReadOnlySpan<AddressBytes>(ref copy));
        CultureInfo culture = CultureInfo.InvariantCulture;
        return (ushort)_family switch
        {
            Version4 => destination.TryWrite(culture, $"{b[0]}.{b[1]}.{b[2]}.{b[3]}:{_port}", out charsWritten),
            Version6 => destination.TryWrite(culture, $"[{ToIPAddress()}]:{_port}", out charsWritten),
            Unix => destination.TryWrite($"unix", out charsWritten),
            _ => destination.TryWrite($"unknown", out charsWritten),
        };
    }

    private static ushort ReadPort(ReadOnlySpan<byte> socketAddress) =>
        BinaryPrimitives.ReadUInt16BigEndian(socketAddress[2..4]);

    private static PeerAddress FromVersion6(ReadOnlySpan<byte> address, ushort port)
    {
        ReadOnlySpan<byte> mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
        return address.StartsWith(mappedPrefix)
            ? new PeerAddress(address[12..], port, (byte)Version4)
            : new PeerAddress(address, port, (byte)Version6);
    }

    // Four-byte parts: the whole value then takes 20 bytes of a Connection, not 24.
    private readonly record struct AddressBytes(uint A, uint B, uint C, uint D);
}
