// Reads the TLS files of all listeners again when they change: one thread that looks once a second (a handful of
// statx), and whoever calls Reload. What cannot be read changes nothing and is logged once. Started with the first TLS
// listener.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Dispatch;

internal sealed class TlsReloader(ILogger log)
{
    private readonly object _gate = new();
    private readonly List<Listener> _listeners = [];
    private bool _isStopped;
    private Thread? _thread;

    public void Add(Listener listener)
    {
        lock (_gate)
        {
            _listeners.Add(listener);
        }

        log.TlsLoaded(listener.Name, Describe(listener.Tls!));
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "tls files" };
            _thread.Start();
        }
    }

    public void Remove(Listener listener)
    {
        lock (_gate)
        {
            _listeners.Remove(listener);
        }
    }

    /// <summary>Reads the files again of every listener, or of those whose files are others now.</summary>
    public void Reload(bool onlyStale)
    {
        lock (_gate)
        {
            foreach (Listener listener in _listeners)
            {
                if (!onlyStale || listener.Tls!.IsStale())
                {
                    Reload(listener);
                }
            }
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.Pulse(_gate);
        }

        _thread?.Join();
    }

    private static string Describe(TlsContext context) =>
        context.Expires is { } expires
            ? $"certificate valid until {expires:yyyy-MM-dd HH:mm:ss} UTC"
            : "no certificate";

    private void Reload(Listener listener)
    {
        TlsContext context = listener.Tls!;
        try
        {
            context.Reload(listener.Options.Tls);
            log.TlsReloaded(listener.Name, Describe(context));
        }
        catch (TlsException exception)
        {
            log.TlsNotReloaded(listener.Name, exception.Message);
        }
    }

    private void Run()
    {
        lock (_gate)
        {
            while (!_isStopped)
            {
                Reload(onlyStale: true);
                Monitor.Wait(_gate, Limits.FileCheckInterval);
            }
        }
    }
}
