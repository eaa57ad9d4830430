// Reads what people type for an address: 1.2.3.4:1883, [::1]:1883, name:1883.
// --listen takes numbers only, because a name may mean several addresses; what a client types may be a name.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using FastMqtt.Transport;

namespace FastMqtt;

internal static class Address
{
    /// <summary>The port the specification's registration gives to MQTT over TCP.</summary>
    public const int DefaultPort = 1883;

    /// <summary>Reads ADDRESS:PORT with a numeric address; port 0 lets the system choose.</summary>
    public static bool TryParseEndPoint(string text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = null;
        if (!TrySplit(text, out string host, out int port)
            || !HostAddress.TryParseNumeric(host, out IPAddress? address))
        {
            return false;
        }

        endPoint = new IPEndPoint(address, port);
        return true;
    }

    /// <summary>Splits HOST:PORT; an IPv6 address stands in brackets, which are removed.</summary>
    public static bool TrySplit(string text, out string host, out int port)
    {
        int colon = text.LastIndexOf(':');
        host = colon < 0 ? string.Empty : text[..colon];
        port = 0;
        if (host.Length == 0 || !TryParsePort(text.AsSpan(colon + 1), out port))
        {
            return false;
        }

        bool bracketed = host[0] == '[' && host[^1] == ']';
        if (bracketed)
        {
            host = host[1..^1];
        }

        return host.Length > 0 && bracketed == host.Contains(':', StringComparison.Ordinal);
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int port)
    {
        bool parsed = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort value);
        port = value;
        return parsed;
    }
}
