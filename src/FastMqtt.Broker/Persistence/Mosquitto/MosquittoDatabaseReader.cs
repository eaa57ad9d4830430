// Reads the file in which Mosquitto keeps what survives it, mosquitto.db, in format versions 5 and 6: a header, then
// chunks, each with its kind and length. Lengths are never trusted; damage ends the reading, and what came before it is
// the result. One pass, no recursion.

using System.Buffers.Binary;

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal static class MosquittoDatabaseReader
{
    private const int VersionMin = 5;
    private const int VersionMax = 6;

    // A payload and its properties at most, 256 MiB each by the protocol, and three texts with the fixed part.
    private const uint ChunkLengthMax = (2 * 256 * 1024 * 1024) + (4 * 64 * 1024);

    // The word, four bytes for a checksum that is never written, and the version.
    private const int HeaderSize = 23;
    private const int VersionOffset = 19;

    private static ReadOnlySpan<byte> Magic =>
        [0x00, 0xB5, 0x00, 0x6D, 0x6F, 0x73, 0x71, 0x75, 0x69, 0x74, 0x74, 0x6F, 0x20, 0x64, 0x62]; // mosquitto db

    /// <summary>Reads a file that is in memory.</summary>
    /// <exception cref="StoreException">It is no mosquitto.db, or one of another version or kind.</exception>
    public static MosquittoDatabase Read(byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        return Read(stream);
    }

    /// <summary>Reads a file from where the stream stands to its end.</summary>
    /// <exception cref="StoreException">It is no mosquitto.db, or one of another version or kind.</exception>
    public static MosquittoDatabase Read(Stream stream)
    {
        var source = new ChunkSource(stream);
        var database = new MosquittoDatabase(ReadVersion(source));
        var decoder = new ChunkDecoder(database);
        for (long start = source.Position; ; start = source.Position)
        {
            if (!source.TryTakeHeader(out ChunkKind kind, out uint length))
            {
                if (source.Position > start)
                {
                    database.Damage = $"The file ends within the head of the chunk at byte {start}";
                }

                return database;
            }

            database.Damage = ReadChunk(source, decoder, kind, length) is { } reason
                ? $"The chunk at byte {start} ({kind}, {length} bytes) {reason}"
                : null;
            if (!database.IsComplete)
            {
                return database;
            }

            if (!Enum.IsDefined(kind))
            {
                database.UnknownChunks++;
            }
        }
    }

    private static int ReadVersion(ChunkSource source)
    {
        if (!source.TryTake(HeaderSize) || !source.Body.StartsWith(Magic))
        {
            throw new StoreException("This is not a mosquitto.db: it does not begin like one");
        }

        uint version = BinaryPrimitives.ReadUInt32BigEndian(source.Body[VersionOffset..]);
        return version is >= VersionMin and <= VersionMax
            ? (int)version
            : throw new StoreException(
                $"The mosquitto.db has format version {version}; only {VersionMin} and {VersionMax} are supported");
    }

    // Null: nothing is wrong with it.
    private static string? ReadChunk(ChunkSource source, ChunkDecoder decoder, ChunkKind kind, uint length)
    {
        if (!Enum.IsDefined(kind))
        {
            return source.TrySkip(length) ? null : "goes beyond the end of the file";
        }

        if (length > ChunkLengthMax)
        {
            return "is longer than any can be";
        }

        if (!source.TryTake((int)length))
        {
            return "goes beyond the end of the file";
        }

        return decoder.TryDecode(kind, source.Body) ? null : "is damaged";
    }
}
