// Hashes store identifiers with the process's random key: those of a file made for it would all meet in one bucket
// otherwise, and a file is read in linear time whoever wrote it.

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal sealed class StoreIdComparer : IEqualityComparer<ulong>
{
    public static readonly StoreIdComparer Instance = new();

    public bool Equals(ulong x, ulong y) => x == y;

    public int GetHashCode(ulong storeId) => HashCode.Combine(storeId);
}
