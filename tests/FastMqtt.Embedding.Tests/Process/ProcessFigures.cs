// What this process holds right now: threads of brokers, descriptors, live objects, memory. Linux shows all but the
// managed heap in /proc.

using System.Globalization;

namespace FastMqtt.Embedding.Tests.Process;

/// <param name="BrokerThreads">Threads that only a broker starts, by their names.</param>
/// <param name="Descriptors">Open files and sockets.</param>
/// <param name="HeapBytes">Managed objects that are in use.</param>
/// <param name="PrivateBytes">Anonymous memory that is resident: heaps of the runtime and of C.</param>
internal sealed record ProcessFigures(int BrokerThreads, int Descriptors, long HeapBytes, long PrivateBytes)
{
    private static readonly string[] NamesOfThreads = ["dispatcher", "store", "handshakes", "tls files"];

    /// <summary>After everything that nobody refers to is gone, finalizers included.</summary>
    public static ProcessFigures Take()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return new ProcessFigures(
            CountThreads(),
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            GC.GetTotalMemory(forceFullCollection: false),
            ResidentAnonymousBytes());
    }

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
