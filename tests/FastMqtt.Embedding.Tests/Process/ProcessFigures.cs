// What this process holds while no broker runs: descriptors, live objects, memory, and no thread of a broker. Linux
// shows all but the managed heap in /proc.

using System.Globalization;

namespace FastMqtt.Embedding.Tests.Process;

/// <param name="Descriptors">Open files and sockets.</param>
/// <param name="HeapBytes">Managed objects that are in use.</param>
/// <param name="PrivateBytes">Anonymous memory that is resident: heaps of the runtime and of C.</param>
internal sealed record ProcessFigures(int Descriptors, long HeapBytes, long PrivateBytes)
{
    private static readonly string[] NamesOfThreads = ["dispatcher", "store", "handshakes", "tls files"];

    /// <summary>
    /// When no broker runs: after everything that nobody refers to is gone, finalizers included. A thread has a few
    /// instructions left when its broker says that it has ended.
    /// </summary>
    /// <exception cref="TimeoutException">Threads of brokers stay.</exception>
    public static async Task<ProcessFigures> TakeAsync()
    {
        await Eventually.HoldsAsync(() => CountThreads() == 0);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new ProcessFigures(
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            GC.GetTotalMemory(forceFullCollection: false),
            ResidentAnonymousBytes());
    }

    // Those that only a broker starts.
    private static int CountThreads()
    {
        int count = 0;
        foreach (string task in Directory.GetDirectories("/proc/self/task"))
        {
            try
            {
                string name = File.ReadAllText(Path.Combine(task, "comm"));
                count += NamesOfThreads.Any(known => name.StartsWith(known, StringComparison.Ordinal)) ? 1 : 0;
            }
            catch (IOException)
            {
                // It has ended since the directory was listed.
            }
        }

        return count;
    }

    private static long ResidentAnonymousBytes()
    {
        string line = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        string kibibytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return long.Parse(kibibytes, CultureInfo.InvariantCulture) << 10;
    }
}
