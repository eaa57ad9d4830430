// The opening handshake of RFC 6455 as MQTT wants it: reads a request's headers, says what is wrong with it, and what
// the answer to a right one is. Knows no connection and no option.
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace FastMqtt.AspNetCore;

internal static class UpgradeRequest
{
    /// <summary>The only version of the protocol, RFC 6455 section 4.1.</summary>
    public const string Version = "13";

    private const string KeySuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, section 1.3
    private const int KeyBytes = 16;

    /// <summary>By preference. The second is what clients of MQTT 3.1 offer; Mosquitto takes it too.</summary>
    private static readonly string[] Protocols = ["mqtt", "mqttv3.1"];

    /// <summary>Null when the request is right, otherwise what is wrong with it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="handshake">How it asks for a WebSocket.</param>
    /// <param name="status">The answer to a wrong one.</param>
    public static string? FindFault(IHttpRequestFeature request, Handshake handshake, out HttpStatusCode status)
    {
        IHeaderDictionary headers = request.Headers;
        status = HttpStatusCode.UpgradeRequired;
        bool isAsked = handshake != Handshake.Upgrade
            || (HttpMethods.IsGet(request.Method) && HasToken(headers.Upgrade, "websocket"));
        if (handshake == Handshake.None || !isAsked)
        {
            return "this is a WebSocket listener for MQTT";
        }

        if (headers.SecWebSocketVersion != Version)
        {
            return "only version 13 of WebSocket is spoken here";
        }

        status = HttpStatusCode.BadRequest;
        Span<byte> key = stackalloc byte[KeyBytes];
        if (handshake == Handshake.Upgrade
            && (headers.SecWebSocketKey is not [{ } text]
                || !Convert.TryFromBase64String(text, key, out int length) || length != KeyBytes))
        {
            return "Sec-WebSocket-Key is not 16 bytes in base64";
        }

        // [MQTT-6.0.0-3] A client that does not offer it does not speak MQTT.
        return ChooseProtocol(headers.SecWebSocketProtocol) is null
            ? "the sub-protocol mqtt is not offered"
            : null;
    }

    /// <summary>The sub-protocol to go on with; null: none that is offered is known. [MQTT-6.0.0-4]</summary>
    public static string? ChooseProtocol(StringValues offered)
    {
        foreach (string protocol in Protocols)
        {
            if (HasToken(offered, protocol, StringComparison.Ordinal))
            {
                return protocol;
            }
        }

        return null;
    }

    /// <summary>The value of Sec-WebSocket-Accept.</summary>
    public static string Accept(string key)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6455 asks for it; it protects nothing.
        SHA1.HashData(Encoding.ASCII.GetBytes(key + KeySuffix), hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }

    private static bool HasToken(
        StringValues values, string token, StringComparison comparison = StringComparison.OrdinalIgnoreCase)
    {
        foreach (string? value in values)
        {
            ReadOnlySpan<char> text = value;
            foreach (Range part in text.Split(','))
            {
                if (text[part].Trim().Equals(token, comparison))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
