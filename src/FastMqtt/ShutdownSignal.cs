// Turns SIGTERM and SIGINT into one request to stop; the second one ends the process where it stands.
// Owns the signal handlers. Made once, before the broker starts, so that no signal is lost in between.
using System.Runtime.InteropServices;

namespace FastMqtt;

internal sealed class ShutdownSignal : IDisposable
{
    private readonly TaskCompletionSource<string> _received = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;

    public ShutdownSignal()
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
    }

    /// <summary>Completes at the first signal, with its name.</summary>
    public Task<string> Received => _received.Task;

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Not the default action: the kernel ignores it for process 1, which the broker is in a container.
        context.Cancel = true;
        if (!_received.TrySetResult(context.Signal.ToString()))
        {
            const int Interrupt = 2;
            const int Terminate = 15;
            Environment.Exit(
                ExitCodes.SignalBase + (context.Signal == PosixSignal.SIGINT ? Interrupt : Terminate));
        }
    }
}
