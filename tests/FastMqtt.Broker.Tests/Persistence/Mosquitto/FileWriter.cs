// Writes files as Mosquitto would on any machine: byte order, alignment and format version are chosen. Shares nothing
// with the reader, so that both have the format from the same facts and not from each other.

using System.Buffers.Binary;
using System.Text;

namespace FastMqtt.Broker.Tests.Persistence.Mosquitto;

internal sealed class FileWriter
{
    private readonly List<byte> _file = [];
    private readonly uint _version;
    private readonly bool _isBigEndian;
    private readonly bool _isPacked;

    public FileWriter(
        uint version = 6, bool isBigEndian = false, bool isPacked = false, ulong lastStoreId = 1, byte storeIdSize = 8)
    {
        _version = version;
        _isBigEndian = isBigEndian;
        _isPacked = isPacked;
        _file.AddRange([0x00, 0xB5, 0x00]);
        _file.AddRange("mosquitto db"u8);
        _file.AddRange(new byte[4]);
        _file.AddRange(UInt32(version));
        Chunk(1, [.. Native(lastStoreId), 1, storeIdSize, .. new byte[isPacked ? 2 : 6]]);
    }

    public byte[] Bytes => [.. _file];

    public int Length => _file.Count;

    public FileWriter Chunk(uint kind, byte[] body)
    {
        _file.AddRange([.. UInt32(kind), .. UInt32((uint)body.Length), .. body]);
        return this;
    }

    /// <summary>A chunk's head that promises more than there is.</summary>
    public FileWriter Head(uint kind, uint length)
    {
        _file.AddRange([.. UInt32(kind), .. UInt32(length)]);
        return this;
    }

    public FileWriter Message(
        ulong storeId,
        string topic,
        string payload = "",
        byte qos = 1,
        byte retain = 0,
        long expiry = 0,
        string source = "",
        string userName = "",
        byte[]? properties = null) =>
        Chunk(2,
        [
            .. Native(storeId), .. Native((ulong)expiry), .. UInt32((uint)payload.Length), .. UInt16(7),
            .. UInt16(source.Length), .. UInt16(userName.Length), .. UInt16(topic.Length), .. UInt16(1883), qos, retain,
            .. Text(source), .. Text(userName), .. Text(topic), .. Text(payload), .. properties ?? [],
        ]);

    public FileWriter ClientMessage(
        string clientId,
        ulong storeId,
        byte state,
        byte direction = 1,
        byte qos = 1,
        ushort packetIdentifier = 1,
        byte retainAndDup = 0,
        byte[]? properties = null) =>
        Chunk(3,
        [
            .. Native(storeId), .. UInt16(packetIdentifier), .. UInt16(clientId.Length), qos, state, retainAndDup,
            direction, .. Text(clientId), .. properties ?? [],
        ]);

    public FileWriter Retained(ulong storeId) => Chunk(4, Native(storeId));

    public FileWriter Subscription(string clientId, string filter, byte qos, byte options = 0, uint identifier = 0) =>
        Chunk(5,
        [
            .. UInt32(identifier), .. UInt16(clientId.Length), .. UInt16(filter.Length), qos, options, 0, 0,
            .. Text(clientId), .. Text(filter),
        ]);

    public FileWriter Client(string clientId, long expiry = 0, uint interval = uint.MaxValue, string userName = "")
    {
        byte[] fixedPart = [.. Native((ulong)expiry), .. UInt32(interval), .. UInt16(9), .. UInt16(clientId.Length)];
        return _version < 6
            ? Chunk(6, [.. fixedPart, .. Text(clientId)])
            : Chunk(6,
            [
                .. fixedPart, .. UInt16(1884), .. UInt16(userName.Length), .. new byte[_isPacked ? 0 : 4],
                .. Text(clientId), .. Text(userName),
            ]);
    }

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] UInt16(int value) => [(byte)(value >> 8), (byte)value];

    private static byte[] UInt32(uint value) => [.. UInt16((int)(value >> 16)), .. UInt16((int)(value & 0xFFFF))];

    private byte[] Native(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        if (_isBigEndian)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        }

        return bytes;
    }
}
