// An address to listen on as people write it: "0.0.0.0:1883", "[::]:8883", "host.example:1883". A name stands beside an
// end point that only gives the port, as in ListenerOptions.

using System.Globalization;
using System.Net;
using FastMqtt.Transport;

namespace FastMqtt.Broker;

internal static class ListenAddress
{
    public static string? Format(IPEndPoint? endPoint, string? hostName) => hostName is null || endPoint is null
        ? endPoint?.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{hostName}:{endPoint.Port}");

    /// <exception cref="FormatException">It is no address with a port.</exception>
    public static (IPEndPoint? EndPoint, string? HostName) Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return (null, null);
        }

        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? string.Empty : text[..colon];
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port)
            || host.Length == 0)
        {
            throw new FormatException($"\"{text}\" is not an address and a port, such as 0.0.0.0:1883");
        }

        if (host is ['[', .. string inner, ']'] && IPAddress.TryParse(inner, out IPAddress? version6))
        {
            return (new IPEndPoint(version6, port), null);
        }

        if (host.AsSpan().ContainsAny(":[]"))
        {
            throw new FormatException($"\"{text}\": an address of IPv6 stands in brackets, such as [::]:1883");
        }

        return HostAddress.TryParseNumeric(host, out IPAddress? address)
            ? (new IPEndPoint(address, port), null)
            : (new IPEndPoint(IPAddress.IPv6Any, port), host);
    }
}
