// A signed token in compact form (RFC 7515), taken apart. Nothing in it is true before a key has verified it.

using System.Buffers.Text;
using System.Text.Json;

namespace FastMqtt.Access;

internal sealed class Jwt : IDisposable
{
    // Clients carry tokens of a few hundred bytes to a few KiB.
    private const int LengthMax = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly JsonDocument _header;
    private readonly JsonDocument _claims;

    private Jwt(JsonDocument header, JsonDocument claims, ReadOnlyMemory<byte> signed, byte[] signature)
    {
        _header = header;
        _claims = claims;
        Signed = signed;
        Signature = signature;
    }

    public JsonElement Header => _header.RootElement;

    public JsonElement Claims => _claims.RootElement;

    public ReadOnlyMemory<byte> Signed { get; }

    public byte[] Signature { get; }

    // Null: no token at all, so perhaps a password that somebody else knows.
    public static Jwt? TryParse(ReadOnlyMemory<byte> text)
    {
        ReadOnlySpan<byte> span = text.Span;
        int first = span.IndexOf((byte)'.');
        int last = span.LastIndexOf((byte)'.');
        if (text.Length > LengthMax || first < 0 || last <= first || span[(first + 1)..last].Contains((byte)'.'))
        {
            return null;
        }

        JsonDocument? header = TryObject(span[..first]);
        JsonDocument? claims = header is null ? null : TryObject(span[(first + 1)..last]);
        if (header is null || claims is null || !TryBytes(span[(last + 1)..], out byte[] signature))
        {
            header?.Dispose();
            claims?.Dispose();
            return null;
        }

        return new Jwt(header, claims, text[..last], signature);
    }

    // Null: it is not there, or no text.
    public static string? Text(JsonElement from, string name)
    {
        try
        {
            return from.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair, which only the reading shows
        }
    }

    public void Dispose()
    {
        _header.Dispose();
        _claims.Dispose();
    }

    private static JsonDocument? TryObject(ReadOnlySpan<byte> encoded)
    {
        if (!TryBytes(encoded, out byte[] json))
        {
            return null;
        }

        try
        {
            var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Unpadded, as the RFC has it.
    private static bool TryBytes(ReadOnlySpan<byte> encoded, out byte[] bytes)
    {
        bytes = [];
        if (encoded.Contains((byte)'=') || !Base64Url.IsValid(encoded))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromUtf8(encoded);
        return true;
    }
}
