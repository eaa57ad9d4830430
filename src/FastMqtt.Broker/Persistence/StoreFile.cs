// What can be done with the file of a store from outside of the broker that uses it.

namespace FastMqtt.Broker.Persistence;

/// <summary>What can be done with the file of a store from outside of the broker that uses it.</summary>
public static class StoreFile
{
    /// <summary>Writes a consistent copy of a store, which may be in use; the bytes of the copy.</summary>
    /// <exception cref="StoreException">It cannot be read, or the copy not written.</exception>
    public static long Backup(string source, string target) => throw new NotSupportedException();

    /// <summary>Makes a store from a database of Mosquitto.</summary>
    /// <exception cref="StoreException">It cannot be read, or the store is not empty.</exception>
    public static StoreImport Import(string mosquittoDb, string target) => throw new NotSupportedException();
}
