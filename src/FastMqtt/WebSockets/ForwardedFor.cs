// Who the client behind proxies is. X-Forwarded-For grows to the right, one hop each; everything left of the first hop
// that is not ours may be made up. So it is read from the right, and only as long as the hop before is trusted.
using System.Net;
using Microsoft.Extensions.Primitives;

namespace FastMqtt.WebSockets;

internal static class ForwardedFor
{
    /// <summary>
    /// The address of the client; <paramref name="peer"/> itself when it is not trusted or says nothing. Null stands
    /// for a unix socket.
    /// </summary>
    public static IPAddress? ClientOf(IPAddress? peer, StringValues header, IReadOnlyList<IPNetwork> trusted)
    {
        if (trusted.Count == 0 || !IsTrusted(peer, trusted))
        {
            return peer;
        }

        IPAddress? hop = peer;
        for (int i = header.Count - 1; i >= 0; i--)
        {
            ReadOnlySpan<char> rest = header[i];
            while (!rest.IsEmpty)
            {
                int comma = rest.LastIndexOf(',');
                ReadOnlySpan<char> entry = rest[(comma + 1)..].Trim();
                rest = comma < 0 ? default : rest[..comma];
                if (entry.IsEmpty)
                {
                    continue;
                }

                if (!IPEndPoint.TryParse(entry, out IPEndPoint? parsed))
                {
                    return hop; // "unknown" and nonsense: nothing left of it is worth more
                }

                hop = parsed.Address;
                if (!IsTrusted(hop, trusted))
                {
                    return hop;
                }
            }
        }

        return hop;
    }

    private static bool IsTrusted(IPAddress? address, IReadOnlyList<IPNetwork> trusted)
    {
        if (address is null)
        {
            return true;
        }

        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (IPNetwork network in trusted)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }
}
