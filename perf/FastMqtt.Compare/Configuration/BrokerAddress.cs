// host:port, as in `"address": "mosquitto:1883"`.
using System.Globalization;
using System.Net;

namespace FastMqtt.Compare.Configuration;

public sealed record BrokerAddress(string Host, int Port)
{
    /// <summary>Brokers that are started here listen on loopback.</summary>
    public const string Loopback = "127.0.0.1";

    public bool IsDefaultHost => Host == Loopback;

    public static bool TryParse(string text, out BrokerAddress? address)
    {
        int colon = text.LastIndexOf(':');
        bool isWhole = colon > 0
            & int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            & port is > 0 and <= IPEndPoint.MaxPort;
        address = isWhole ? new(text[..colon].Trim('[', ']'), port) : null;
        return isWhole;
    }

    public override string ToString() => $"{Host}:{Port}";
}
