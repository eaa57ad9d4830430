// How the machine that wrote a mosquitto.db lays out a chunk's fixed part: it is a C structure as it stood in memory,
// with lengths and small numbers turned to network order, but store identifiers and times as they are. So byte order
// and padding are the machine's, and the first chunk, the configuration, is what they are told by:
//
//   last store identifier (8), shutdown (1), size of a store identifier (1), padding up to the alignment of 8 bytes.
//
// Alignment is 8 everywhere but on 32-bit x86, where it is 4. Of the other structures it changes only the client's of
// version 6; the rest have no holes: 8-byte members come first, and all but that one end on a multiple of 8 or have no
// such member.

using System.Buffers.Binary;

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal readonly record struct ChunkLayout(bool IsBigEndian, bool IsPacked)
{
    private const int ConfigurationSize = 16;
    private const int ConfigurationSizePacked = 12;
    private const int StoreIdSize = 8;

    // Store identifiers count from 1, so that one below this is larger when read in the wrong order. Those of 2.1 are
    // times and mostly above it: they are taken for little-endian, so a big-endian file of 2.1 is not recognised.
    private const ulong CounterMax = 1UL << 48;

    /// <summary>Of padding at the end of a client's fixed part in version 6.</summary>
    public int ClientPadding => IsPacked ? 0 : 4;

    /// <summary>False: it is no configuration.</summary>
    /// <exception cref="StoreException">Store identifiers are not of 8 bytes.</exception>
    public static bool TryRead(ReadOnlySpan<byte> configuration, out ChunkLayout layout)
    {
        layout = default;
        if (configuration.Length is not (ConfigurationSize or ConfigurationSizePacked))
        {
            return false;
        }

        int storeIdSize = configuration[9];
        if (storeIdSize != StoreIdSize)
        {
            throw new StoreException(
                $"The mosquitto.db has store identifiers of {storeIdSize} bytes; only 8 are supported");
        }

        ulong little = BinaryPrimitives.ReadUInt64LittleEndian(configuration);
        ulong big = BinaryPrimitives.ReadUInt64BigEndian(configuration);
        layout = new ChunkLayout(big < little && big < CounterMax, configuration.Length == ConfigurationSizePacked);
        return true;
    }
}
