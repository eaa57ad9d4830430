// The PROXY protocol's header, versions 1 (text) and 2 (binary): what a proxy says about the connection it passes on.
// A pure function of the first bytes, for any division of them into reads; whoever calls it has peeked, so that not a
// byte of what follows the header is taken from who reads that. Anything that is not a header is malformed: a listener
// that expects one must not serve anybody else. The specification is haproxy's doc/proxy-protocol.txt.

using System;
using System.Buffers.Binary;
using System.Net;

namespace FastMqtt.Transport;

internal readonly record struct ProxyHeader
{
    /// <summary>
    /// Bytes of the longest header that is accepted. The addresses need 232; the rest are attributes, of which those
    /// about a client's certificate are the longest.
    /// </summary>
    public const int BytesMax = 4_096;

    private const int Version1BytesMax = 107; // with CR LF
    private const int Version2HeadBytes = 16;

    private const byte TypeTls = 0x20;         // PP2_TYPE_SSL
    private const byte TypeCommonName = 0x22;  // PP2_SUBTYPE_SSL_CN
    private const byte OverTls = 0x01;         // PP2_CLIENT_SSL
    private const byte WithCertificate = 0x06; // PP2_CLIENT_CERT_CONN and PP2_CLIENT_CERT_SESS

    private ProxyHeader(PeerAddress source)
    {
        HasSource = true;
        Source = source;
    }

    /// <summary>False: the proxy speaks for itself (a health check) or does not know; the real peer counts.</summary>
    public bool HasSource { get; }

    public PeerAddress Source { get; }

    /// <summary>Whether the client has come to the proxy over TLS.</summary>
    public bool IsOverTls { get; private init; }

    /// <summary>Whether it has shown the proxy a certificate that was found good.</summary>
    public bool HasCertificate { get; private init; }

    /// <summary>Where in the header the Common Name of that certificate stands, in UTF-8; empty: not said.</summary>
    public Range CommonName { get; private init; }

    private static ReadOnlySpan<byte> Signature1 => "PROXY "u8;

    private static ReadOnlySpan<byte> Signature2 => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Reads the header that the bytes begin with.</summary>
    /// <param name="bytes">All that has come so far, from the first byte on.</param>
    /// <param name="header">What it says, if it is whole.</param>
    /// <param name="consumed">Its length, if it is whole.</param>
    public static ProxyHeaderStatus TryRead(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = 0;
        if (StartsLike(bytes, Signature2))
        {
            return bytes.Length < Version2HeadBytes
                ? ProxyHeaderStatus.Incomplete
                : ReadVersion2(bytes, out header, out consumed);
        }

        return StartsLike(bytes, Signature1)
            ? ReadVersion1(bytes, out header, out consumed)
            : ProxyHeaderStatus.Malformed;
    }

    private static bool StartsLike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature) =>
        bytes.Length < signature.Length ? signature.StartsWith(bytes) : bytes.StartsWith(signature);

    private static ProxyHeaderStatus ReadVersion2(
        ReadOnlySpan<byte> bytes, out ProxyHeader header, out int consumed)
    {
        header = default;
        consumed = Version2HeadBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        int command = bytes[12] & 0x0F;
        if (bytes[12] >> 4 != 2 || command > 1 || consumed > BytesMax)
        {
            return ProxyHeaderStatus.Malformed;
        }

        if (bytes.Length < consumed)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        ReadOnlySpan<byte> rest = bytes[Version2HeadBytes..consumed];
        if (command == 0)
        {
            return ProxyHeaderStatus.Complete; // LOCAL: whatever addresses there are, they are to be ignored
        }

        // The family and, in the lower half, the kind of transport: a stream, or unspecified.
        switch (bytes[13])
        {
            case 0x00:
                return ProxyHeaderStatus.Complete;
            case 0x11 when rest.Length >= 12 && AreWhole(rest[12..]):
                header = new ProxyHeader(PeerAddress.FromBytes(rest[..4], ReadPort(rest[8..])));
                header = header.WithAttributes(bytes[..consumed], Version2HeadBytes + 12);
                return ProxyHeaderStatus.Complete;
            case 0x21 when rest.Length >= 36 && AreWhole(rest[36..]):
                header = new ProxyHeader(PeerAddress.FromBytes(rest[..16], ReadPort(rest[32..])));
                header = header.WithAttributes(bytes[..consumed], Version2HeadBytes + 36);
                return ProxyHeaderStatus.Complete;
            case 0x31 when rest.Length >= 216 && AreWhole(rest[216..]):
                header = new ProxyHeader(PeerAddress.LocalSocket);
                header = header.WithAttributes(bytes[..consumed], Version2HeadBytes + 216);
                return ProxyHeaderStatus.Complete;
            default:
                return ProxyHeaderStatus.Malformed;
        }
    }

    // What the attributes say about TLS. They are whole; the one about TLS has attributes of its own behind five bytes.
    private ProxyHeader WithAttributes(ReadOnlySpan<byte> bytes, int at)
    {
        const int TlsHeadBytes = 5; // what the client did, and the result of verifying its certificate: 0 is good
        while (at + 3 <= bytes.Length)
        {
            int end = at + 3 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]);
            ReadOnlySpan<byte> value = bytes[(at + 3)..end];
            if (bytes[at] == TypeTls && value.Length >= TlsHeadBytes && AreWhole(value[TlsHeadBytes..]))
            {
                uint verification = BinaryPrimitives.ReadUInt32BigEndian(value[1..]);
                bool isGood = (value[0] & WithCertificate) != 0 && verification == 0;
                return this with
                {
                    IsOverTls = (value[0] & OverTls) != 0,
                    HasCertificate = isGood,
                    CommonName = isGood ? FindCommonName(bytes[..end], at + 3 + TlsHeadBytes) : default,
                };
            }

            at = end;
        }

        return this;
    }

    private static Range FindCommonName(ReadOnlySpan<byte> bytes, int at)
    {
        while (at + 3 <= bytes.Length)
        {
            int end = at + 3 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 1)..]);
            if (bytes[at] == TypeCommonName)
            {
                return (at + 3)..end;
            }

            at = end;
        }

        return default;
    }

    // The attributes behind the addresses: a type, a length of two bytes, a value, each.
    private static bool AreWhole(ReadOnlySpan<byte> attributes)
    {
        while (attributes.Length >= 3)
        {
            int length = 3 + BinaryPrimitives.ReadUInt16BigEndian(attributes[1..]);
            if (length > attributes.Length)
            {
                return false;
            }

            attributes = attributes[length..];
        }

        return attributes.IsEmpty;
    }

    private static ushort ReadPort(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static ProxyHeaderStatus ReadVersion1(
        ReadOnlySpan<byte> bytes, out ProxyHeader header, out int consumed)
    {
        header = default;
        ReadOnlySpan<byte> window = bytes[..Math.Min(bytes.Length, Version1BytesMax)];
        int end = window.IndexOf((byte)'\n');
        consumed = end + 1;
        if (end < 0)
        {
            return window.Length < Version1BytesMax ? ProxyHeaderStatus.Incomplete : ProxyHeaderStatus.Malformed;
        }

        if (window[end - 1] != '\r')
        {
            return ProxyHeaderStatus.Malformed;
        }

        ReadOnlySpan<byte> line = window[Signature1.Length..(end - 1)];
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
        {
            return ProxyHeaderStatus.Complete; // whatever follows is to be ignored
        }

        bool isVersion6 = line.StartsWith("TCP6 "u8);
        if ((!isVersion6 && !line.StartsWith("TCP4 "u8)) || !TryReadAddresses(line[5..], isVersion6, out header))
        {
            return ProxyHeaderStatus.Malformed;
        }

        return ProxyHeaderStatus.Complete;
    }

    // Source and destination, then their ports, one space between them.
    private static bool TryReadAddresses(ReadOnlySpan<byte> line, bool isVersion6, out ProxyHeader header)
    {
        header = default;
        if (!TryTakeAddress(ref line, isVersion6, out IPAddress? source)
            || !TryTakeAddress(ref line, isVersion6, out _)
            || !TryTakePort(ref line, out ushort port)
            || line.Contains((byte)' ')
            || !TryTakePort(ref line, out _))
        {
            return false;
        }

        header = new ProxyHeader(PeerAddress.FromEndPoint(new IPEndPoint(source!, port)));
        return true;
    }

    private static bool TryTakeAddress(ref ReadOnlySpan<byte> line, bool isVersion6, out IPAddress? address)
    {
        address = null;
        ReadOnlySpan<byte> word = TakeWord(ref line);
        Span<char> text = stackalloc char[45];
        if (word.IsEmpty || word.Length > text.Length)
        {
            return false;
        }

        // Only what the specification's examples look like: the parser also takes 1, 0x7f.1, [::1] and fe80::1%eth0.
        ReadOnlySpan<byte> allowed = isVersion6 ? "0123456789abcdefABCDEF:."u8 : "0123456789."u8;
        if (word.ContainsAnyExcept(allowed) || (!isVersion6 && word.Count((byte)'.') != 3))
        {
            return false;
        }

        for (int i = 0; i < word.Length; i++)
        {
            text[i] = (char)word[i];
        }

        return IPAddress.TryParse(text[..word.Length], out address)
            && (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6) == isVersion6;
    }

    private static bool TryTakePort(ref ReadOnlySpan<byte> line, out ushort port)
    {
        ReadOnlySpan<byte> word = TakeWord(ref line);
        port = 0;
        if (word.Length is 0 or > 5 || word.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        int value = 0;
        foreach (byte digit in word)
        {
            value = (value * 10) + digit - '0';
        }

        port = (ushort)value;
        return value <= ushort.MaxValue;
    }

    private static ReadOnlySpan<byte> TakeWord(ref ReadOnlySpan<byte> line)
    {
        int space = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? line : line[..space];
        line = space < 0 ? default : line[(space + 1)..];
        return word;
    }
}
