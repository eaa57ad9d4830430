// Gives the store's files to the user that the broker becomes: root made them, and who runs later must be able to open
// them again. Without root's rights there is nothing to give.
using FastMqtt.Transport;

namespace FastMqtt.Hosting;

internal static class StoreOwner
{
    // The database, what SQLite keeps beside it, and the store's lock.
    private static readonly string[] Endings = [string.Empty, "-wal", "-shm", "-journal", ".lock"];

    public static void Give(string path, string? user)
    {
        if (ProcessIdentity.User != 0 || user is null || UserAccount.Find(user) is not { } account)
        {
            return;
        }

        foreach (string ending in Endings)
        {
            _ = FileStatus.TryChangeOwner(path + ending, account.User, account.Group); // most are not there
        }
    }
}
