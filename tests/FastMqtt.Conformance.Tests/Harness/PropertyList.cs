// The properties of a received MQTT 5.0 packet, decoded by hand. Fails the test on an identifier it does not know.

using System.Text;

namespace FastMqtt.Conformance.Tests.Harness;

internal sealed class PropertyList
{
    private readonly List<(int Identifier, uint Value, byte[] Data)> _items = [];

    public static PropertyList Empty { get; } = new();

    public List<(string Name, string Value)> User { get; } = [];

    public int Length { get; private set; }

    // Reads the length and the properties at `offset`; Length is the number of bytes both take.
    public static PropertyList Read(byte[] body, int offset)
    {
        var list = new PropertyList();
        int position = offset;
        int length = (int)ReadVariable(body, ref position);
        int end = position + length;
        while (position < end)
        {
            list.ReadOne(body, ref position);
        }

        Assert.Equal(end, position);
        list.Length = end - offset;
        return list;
    }

    public bool Has(int identifier) => _items.Exists(item => item.Identifier == identifier);

    public uint? Integer(int identifier) =>
        Has(identifier) ? _items.Find(item => item.Identifier == identifier).Value : null;

    public byte[]? Data(int identifier) => _items.Find(item => item.Identifier == identifier).Data;

    public string? Text(int identifier) => Has(identifier) ? Encoding.UTF8.GetString(Data(identifier)!) : null;

    public uint[] All(int identifier) =>
        [.. _items.FindAll(item => item.Identifier == identifier).ConvertAll(item => item.Value).Order()];

    private static uint ReadVariable(byte[] body, ref int position)
    {
        uint value = 0;
        int shift = 0;
        byte current;
        do
        {
            current = body[position++];
            value |= (uint)(current & 0x7F) << shift;
            shift += 7;
        }
        while ((current & 0x80) != 0);
        return value;
    }

    private static uint ReadInteger(byte[] body, ref int position, int size)
    {
        uint value = 0;
        for (int i = 0; i < size; i++)
        {
            value = (value << 8) | body[position++];
        }

        return value;
    }

    private static byte[] ReadBinary(byte[] body, ref int position)
    {
        int length = (int)ReadInteger(body, ref position, 2);
        byte[] data = body[position..(position + length)];
        position += length;
        return data;
    }

    private void ReadOne(byte[] body, ref int position)
    {
        int identifier = body[position++];
        switch (identifier)
        {
            case 0x01 or 0x17 or 0x19 or 0x24 or 0x25 or 0x28 or 0x29 or 0x2A:
                _items.Add((identifier, ReadInteger(body, ref position, 1), []));
                break;
            case 0x13 or 0x21 or 0x22 or 0x23:
                _items.Add((identifier, ReadInteger(body, ref position, 2), []));
                break;
            case 0x02 or 0x11 or 0x18 or 0x27:
                _items.Add((identifier, ReadInteger(body, ref position, 4), []));
                break;
            case 0x0B:
                _items.Add((identifier, ReadVariable(body, ref position), []));
                break;
            case 0x03 or 0x08 or 0x09 or 0x12 or 0x15 or 0x16 or 0x1A or 0x1C or 0x1F:
                _items.Add((identifier, 0, ReadBinary(body, ref position)));
                break;
            case 0x26:
                string name = Encoding.UTF8.GetString(ReadBinary(body, ref position));
                User.Add((name, Encoding.UTF8.GetString(ReadBinary(body, ref position))));
                break;
            default:
                Assert.Fail($"unknown property 0x{identifier:X2} in {Convert.ToHexString(body)}");
                break;
        }
    }
}
