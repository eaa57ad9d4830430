// SIGHUP, SIGUSR1 and SIGUSR2: the operator's requests to a broker that goes on running. Owns the signal handlers; one
// request at a time, on a thread of the pool, never on a dispatcher. SIGTERM and SIGINT are ShutdownSignal's.
// Mosquitto's SIGRTMIN is not taken: the runtime stops threads with it. SIGHUP opens log files anew too.
using System.Runtime.InteropServices;

namespace FastMqtt.Hosting;

internal sealed class ControlSignals : IDisposable
{
    // Numbers of Linux on x64 and arm64; the runtime has no names for them.
    private const PosixSignal User1 = (PosixSignal)10;
    private const PosixSignal User2 = (PosixSignal)12;

    private readonly object _gate = new();
    private readonly PosixSignalRegistration _reload;
    private readonly PosixSignalRegistration _save;
    private readonly PosixSignalRegistration _report;

    public ControlSignals(Action reload, Action save, Action report)
    {
        _reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Handle(context, reload));
        _save = PosixSignalRegistration.Create(User1, context => Handle(context, save));
        _report = PosixSignalRegistration.Create(User2, context => Handle(context, report));
    }

    public void Dispose()
    {
        _reload.Dispose();
        _save.Dispose();
        _report.Dispose();
    }

    private void Handle(PosixSignalContext context, Action act)
    {
        context.Cancel = true; // not the default action, which ends the process
        lock (_gate)
        {
            act();
        }
    }
}
