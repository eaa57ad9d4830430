// Signals to a process and all of its process group: stop, continue, end. Called by BrokerProcess and Invocation.
using System.Runtime.InteropServices;

namespace FastMqtt.Compare.Brokers;

internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>To the group that the process leads; one that is gone is no error.</summary>
    public static void SendToGroup(int process, int signal) => _ = NativeMethods.Kill(-process, signal);

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int process, int signal);
    }
}
