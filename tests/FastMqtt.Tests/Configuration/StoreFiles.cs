// The beginnings by which files are told apart.
namespace FastMqtt.Tests.Configuration;

internal static class StoreFiles
{
    public static byte[] Mosquitto { get; } = [0x00, 0xB5, 0x00, .. "mosquitto db"u8, 0, 0, 0, 0, 0, 0, 0, 6];

    public static byte[] Sqlite { get; } = [.. "SQLite format 3\0"u8, .. new byte[100]];
}
