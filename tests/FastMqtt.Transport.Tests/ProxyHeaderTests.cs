// The PROXY protocol's header: what is one, what it says, and that anything else is refused. The examples are those of
// the specification, sections 2.1 and 2.2.

using System.Text;

namespace FastMqtt.Transport.Tests;

public sealed class ProxyHeaderTests
{
    private const string Longest =
        "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";

    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];
    private static readonly byte[] Version4 = [192, 0, 2, 7, 198, 51, 100, 1, 0x12, 0x67, 0x07, 0x5B];

    public static TheoryData<byte[], string?> Whole => new()
    {
        { Text("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"), "255.255.255.255:65535" },
        { Text("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n"), "192.168.0.1:56324" },
        { Text("PROXY TCP4 192.0.2.1 192.0.2.2 0 0\r\n"), "192.0.2.1:0" },
        { Text("PROXY TCP6 2001:db8::1 ::1 4711 1883\r\n"), "[2001:db8::1]:4711" },
        { Text("PROXY TCP6 ::ffff:192.0.2.1 ::1 4711 1883\r\n"), "192.0.2.1:4711" },
        { Text("PROXY UNKNOWN\r\n"), null },
        { Text(Longest), null },
        { Binary(0x21, 0x11, Version4), "192.0.2.7:4711" },
        { Binary(0x21, 0x11, [.. Version4, 0x04, 0, 2, 0, 0]), "192.0.2.7:4711" },
        { Binary(0x21, 0x11, [.. Version4, 0x20, 0, 5, 1, 0, 0, 0, 0, 0x05, 0, 0]), "192.0.2.7:4711" },
        { Binary(0x21, 0x21, Version6()), "[2001:db8::9]:4711" },
        { Binary(0x21, 0x31, new byte[216]), "unix" },
        { Binary(0x21, 0x00, []), null },
        { Binary(0x21, 0x00, [1, 2, 3]), null },
        { Binary(0x20, 0x00, []), null },
        { Binary(0x20, 0x11, Version4), null },
        { Binary(0x20, 0xFF, []), null },
        { Binary(0x21, 0x11, [.. Version4, .. Padding(ProxyHeader.BytesMax - 16 - 12)]), "192.0.2.7:4711" },
    };

    public static TheoryData<string> HostileTexts =>
    [
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 65536 1\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 99999999999 1\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 -1 1\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
        "PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n",
        "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n",
        "PROXY TCP4 0x7f.0.0.1 192.0.2.2 1 2\r\n",
        "PROXY TCP4 ::1 ::1 1 2\r\n",
        "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY TCP6 [::1] ::1 1 2\r\n",
        "PROXY TCP6 fe80::1%lo ::1 1 2\r\n",
        "PROXY TCP6 :::::::::::::::::::::::::::::::::::::::::::::: ::1 1 2\r\n",
        "PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY UNKNOWNX\r\n",
        "PROXY \r\n",
        "PROXY UNKNOWN\n",
        "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXX",
        "\r\n\r\n\0\r\nQUIX",
        "\x10\x0c\0\x04MQTT",
        "\x16\x03\x01",
        Longest[..^2] + "6\r\n",
    ];

    public static TheoryData<byte[]> HostileBytes =>
    [
        Binary(0x11, 0x11, Version4),
        Binary(0x31, 0x11, Version4),
        Binary(0x22, 0x11, Version4),
        Binary(0x2F, 0x11, Version4),
        Binary(0x21, 0x11, Version4[..11]),
        Binary(0x21, 0x21, Version6()[..35]),
        Binary(0x21, 0x31, new byte[215]),
        Binary(0x21, 0x12, Version4),
        Binary(0x21, 0x10, Version4),
        Binary(0x21, 0x41, Version4),
        Binary(0x21, 0x11, [.. Version4, 0x04]),
        Binary(0x21, 0x11, [.. Version4, 0x04, 0, 2, 0]),
        Binary(0x21, 0x11, [.. Version4, 0x04, 0xFF, 0xFF]),
        Binary(0x21, 0x11, [.. Version4, .. Padding(ProxyHeader.BytesMax - 16 - 12 + 1)])[..16],
    ];

    [Theory]
    [MemberData(nameof(Whole))]
    public void A_header_is_read_once_it_is_whole_and_to_the_byte(byte[] bytes, string? source)
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(ProxyHeaderStatus.Incomplete, ProxyHeader.TryRead(bytes.AsSpan(0, length), out _, out _));
        }

        foreach (byte[] behind in new byte[][] { [], [0x10], Text("PROXY UNKNOWN\r\n") })
        {
            Assert.Equal(
                ProxyHeaderStatus.Complete,
                ProxyHeader.TryRead([.. bytes, .. behind], out ProxyHeader header, out int consumed));
            Assert.Equal(bytes.Length, consumed);
            Assert.Equal(source, header.HasSource ? header.Source.ToString() : null);
        }
    }

    [Theory]
    [MemberData(nameof(HostileTexts))]
    public void A_text_that_is_not_a_header_is_malformed(string text) => AssertMalformed(Text(text));

    [Theory]
    [MemberData(nameof(HostileBytes))]
    public void Bytes_that_are_not_a_header_are_malformed(byte[] bytes) => AssertMalformed(bytes);

    [Fact]
    public void A_line_that_does_not_end_is_malformed_at_its_limit()
    {
        byte[] endless = Text("PROXY UNKNOWN " + new string('x', 200));
        Assert.Equal(ProxyHeaderStatus.Incomplete, ProxyHeader.TryRead(endless.AsSpan(0, 106), out _, out _));
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeader.TryRead(endless.AsSpan(0, 107), out _, out _));
    }

    [Fact]
    public void Random_bytes_behind_a_signature_never_fault()
    {
        var random = new Random(20_251);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = new byte[random.Next(80)];
            random.NextBytes(bytes);
            byte[] text = [.. Text("PROXY TCP6 "), .. bytes, 0x0D, 0x0A];
            ProxyHeader.TryRead(text, out _, out int consumed);
            Assert.InRange(consumed, 0, text.Length);
            ProxyHeader.TryRead([.. Signature, 0x21, .. bytes], out _, out _);
        }
    }

    private static void AssertMalformed(byte[] bytes)
    {
        Assert.Equal(ProxyHeaderStatus.Malformed, ProxyHeader.TryRead(bytes, out ProxyHeader header, out _));
        Assert.False(header.HasSource);
    }

    [Theory]
    [InlineData(0x07, 0, true, true, "sensor-1")]
    [InlineData(0x05, 0, true, true, "sensor-1")]
    [InlineData(0x07, 1, true, false, "")] // shown, and not good
    [InlineData(0x01, 0, true, false, "")]
    [InlineData(0x00, 0, false, false, "")]
    public void What_it_says_about_tls_is_read(byte client, byte verify, bool isOverTls, bool isGood, string name)
    {
        byte[] inner = [0x21, 0, 7, .. Text("TLSv1.3"), 0x22, 0, 8, .. Text("sensor-1")];
        byte[] tls = [client, 0, 0, 0, verify, .. inner];
        byte[] header = Binary(0x21, 0x21, [.. Version6(), .. Padding(9), 0x20, 0, (byte)tls.Length, .. tls]);
        Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeader.TryRead(header, out ProxyHeader read, out int consumed));
        Assert.Equal(header.Length, consumed);
        Assert.Equal((isOverTls, isGood), (read.IsOverTls, read.HasCertificate));
        Assert.Equal(name, Encoding.Latin1.GetString(header[read.CommonName]));
    }

    [Theory]
    [InlineData(new byte[] { 0x20, 0, 2, 1, 0 })]                         // too short for what it must hold
    [InlineData(new byte[] { 0x20, 0, 8, 7, 0, 0, 0, 0, 0x22, 0, 9 })]    // its own attribute goes past its end
    public void An_attribute_about_tls_that_is_no_such_says_nothing(byte[] attribute)
    {
        byte[] header = Binary(0x21, 0x21, [.. Version6(), .. attribute]);
        Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeader.TryRead(header, out ProxyHeader read, out _));
        Assert.False(read.IsOverTls);
        Assert.False(read.HasCertificate);
    }

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Binary(byte versionAndCommand, byte family, byte[] rest) =>
        [.. Signature, versionAndCommand, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];

    private static byte[] Version6()
    {
        byte[] bytes = new byte[36];
        (bytes[0], bytes[1], bytes[2], bytes[3], bytes[15]) = (0x20, 0x01, 0x0D, 0xB8, 9);
        (bytes[32], bytes[33]) = (0x12, 0x67);
        return bytes;
    }

    // An attribute of the type that is there to be ignored.
    private static byte[] Padding(int bytes) =>
        [0x04, (byte)((bytes - 3) >> 8), (byte)(bytes - 3), .. new byte[bytes - 3]];
}
