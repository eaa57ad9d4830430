// Ends what was started when this process is gone, however it went: a shell reads process ids from a pipe, and when
// the pipe closes it kills the groups of those that were not forgotten. The kernel's own promise (PR_SET_PDEATHSIG)
// does not do: it lapses when a broker changes its user. Called by BrokerProcess and Invocation.
using System.Diagnostics;

namespace FastMqtt.Compare.Brokers;

public sealed class Guard : IDisposable
{
    private const string Script =
        """
        ids=" "
        while read -r what id; do
            case $what in
                keep) ids="$ids$id " ;;
                forget) case $ids in *" $id "*) ids="${ids%% $id *} ${ids#* $id }" ;; esac ;;
            esac
        done
        for id in $ids; do kill -s KILL -- "-$id" 2>/dev/null; done
        """;

    private static readonly Lazy<Guard> Shared = new(() => new Guard());

    private readonly Process _shell;
    private readonly Lock _lock = new();

    public Guard()
    {
        // A session of its own: Ctrl-C in the terminal is not for it.
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            ArgumentList = { "sh", "-c", Script },
        };
        _shell = Process.Start(start) ?? throw new InvalidOperationException("setsid could not be started");
        _shell.StandardInput.AutoFlush = true;
    }

    /// <summary>The one that lives as long as this process.</summary>
    public static Guard OfThisProcess => Shared.Value;

    public void Keep(int process) => Tell("keep", process);

    /// <summary>It has ended: its number may soon be another's.</summary>
    public void Forget(int process) => Tell("forget", process);

    /// <summary>Ends what is kept.</summary>
    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Tell(string what, int process)
    {
        lock (_lock)
        {
            _shell.StandardInput.Write($"{what} {process}\n");
        }
    }
}
