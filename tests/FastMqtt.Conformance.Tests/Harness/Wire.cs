// Bytes by hand: the primitive encodings of section 1.5 and the fixed header. Written apart from the product's codec on
// purpose, so that a mistake there cannot hide here. Never validates: tests build illegal packets with it.

using System.Text;

namespace FastMqtt.Conformance.Tests.Harness;

internal static class Wire
{
    public static byte[] Join(params byte[][] parts)
    {
        var joined = new List<byte>();
        foreach (byte[] part in parts)
        {
            joined.AddRange(part);
        }

        return [.. joined];
    }

    public static byte[] Binary(params byte[] data) => [(byte)(data.Length >> 8), (byte)data.Length, .. data];

    public static byte[] Text(string text) => Binary(Encoding.UTF8.GetBytes(text));

    public static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Int(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    public static byte[] Variable(int value)
    {
        var bytes = new List<byte>();
        do
        {
            int low = value & 0x7F;
            value >>= 7;
            bytes.Add((byte)(value > 0 ? low | 0x80 : low));
        }
        while (value > 0);
        return [.. bytes];
    }

    public static byte[] Frame(int first, params byte[][] parts)
    {
        byte[] body = Join(parts);
        return [(byte)first, .. Variable(body.Length), .. body];
    }

    public static byte[] Hex(string digits) => Convert.FromHexString(digits.Replace(" ", "", StringComparison.Ordinal));
}
