// The addresses of a network interface by its name. Mosquitto's bind_interface binds them rather than the device
// (SO_BINDTODEVICE): that needs no privilege on any kernel, and clients on the machine itself, whose packets come over
// lo whatever address they are for, still reach the listener. For listeners at their start; errors are exceptions.

using System;
using System.Collections.Generic;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastMqtt.Transport.Linux;
using SocketAddress = FastMqtt.Transport.Linux.SocketAddress;

namespace FastMqtt.Transport;

internal static unsafe class InterfaceAddresses
{
    /// <summary>All IPv4 and IPv6 addresses of the interface; empty when it has none.</summary>
    /// <exception cref="SocketException">There is no such interface.</exception>
    public static IReadOnlyList<IPAddress> Of(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return FromRuntime(name);
        }

        nint first;
        if (Libc.GetInterfaceAddresses(&first) < 0)
        {
            throw new SocketException((int)ErrorNumber.ToSocketError(Marshal.GetLastPInvokeError()));
        }

        var addresses = new List<IPAddress>();
        bool isKnown = false;
        for (var entry = (InterfaceAddress*)first; entry is not null; entry = entry->Next)
        {
            if (!string.Equals(Marshal.PtrToStringUTF8((nint)entry->Name), name, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            isKnown = true;
            if (entry->Address is not null
                && *(ushort*)entry->Address is Libc.AddressFamilyV4 or Libc.AddressFamilyV6)
            {
                ReadOnlySpan<byte> address = new(entry->Address, SocketAddress.BytesMax);
                addresses.Add(SocketAddress.Read(address).Address);
            }
        }

        Libc.FreeInterfaceAddresses(first);
        return isKnown ? addresses : throw Unknown(name);
    }

    /// <summary>The same by what the runtime knows, which on Linux needs files of /proc and /sys.</summary>
    internal static IReadOnlyList<IPAddress> FromRuntime(string name)
    {
        foreach (NetworkInterface candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                var addresses = new List<IPAddress>();
                foreach (UnicastIPAddressInformation address in candidate.GetIPProperties().UnicastAddresses)
                {
                    addresses.Add(address.Address);
                }

                return addresses;
            }
        }

        throw Unknown(name);
    }

    private static SocketException Unknown(string name) =>
        new((int)SocketError.AddressNotAvailable, $"there is no network interface {name}");
}
