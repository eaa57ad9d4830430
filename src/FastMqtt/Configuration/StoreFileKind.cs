// What lies where the store's file is to be, seen from its first bytes.
namespace FastMqtt.Configuration;

internal enum StoreFileKind
{
    /// <summary>Nothing, or a file without content.</summary>
    None,

    /// <summary>A database of SQLite, such as ours is.</summary>
    Sqlite,

    /// <summary>Mosquitto's own: must never be written to.</summary>
    Mosquitto,

    /// <summary>Something else, or what cannot be read.</summary>
    Other,
}
