// From what people type for a host to the address to connect to. Asks the resolver, so it may take seconds: for clients
// at their start, and for a listener that is to be bound to all addresses of a name.

using System;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace FastMqtt.Transport;

internal static class HostAddress
{
    /// <summary>The address of a host: itself when numeric, otherwise what the resolver says, IPv4 first.</summary>
    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    public static IPAddress Resolve(string host)
    {
        if (TryParseNumeric(host, out IPAddress? numeric))
        {
            return numeric;
        }

        IPAddress[] addresses = ResolveAll(host);
        foreach (IPAddress address in addresses)
        {
            if (address.AddressFamily == AddressFamily.InterNetwork)
            {
                return address;
            }
        }

        return addresses[0];
    }

    /// <summary>All addresses of a host, at least one.</summary>
    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    /// <exception cref="OperationCanceledException">It took too long for whoever asked.</exception>
    public static IPAddress[] ResolveAll(string host, CancellationToken cancellationToken = default)
    {
        if (TryParseNumeric(host, out IPAddress? numeric))
        {
            return [numeric];
        }

        IPAddress[] addresses = cancellationToken.CanBeCanceled
            ? Dns.GetHostAddressesAsync(host, cancellationToken).GetAwaiter().GetResult()
            : Dns.GetHostAddresses(host);
        return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.HostNotFound);
    }

    // IPAddress.TryParse also takes "1" and "1.2" for IPv4; nobody who types that means 0.0.0.1.
    public static bool TryParseNumeric(string host, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(host, out address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || host.AsSpan().Count('.') == 3);
}
