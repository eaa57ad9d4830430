// The traces of a broker. Begun and ended by the host's threads; each dispatcher is told of every change in turn, and
// while there are none it has no tracer at all.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Diagnostics;

internal sealed class TraceList(Dispatcher[] dispatchers)
{
    private readonly object _gate = new();
    private PacketTrace[] _traces = [];

    public IDisposable Begin(PacketTrace trace)
    {
        lock (_gate)
        {
            Tell([.. _traces, trace]);
        }

        return new Running(this, trace);
    }

    private void End(PacketTrace trace)
    {
        lock (_gate)
        {
            Tell(Array.FindAll(_traces, other => other != trace));
        }
    }

    private void Tell(PacketTrace[] traces)
    {
        _traces = traces;
        foreach (Dispatcher dispatcher in dispatchers)
        {
            dispatcher.Inbox.Post(new Command(d => d.Trace(traces)));
        }
    }

    private sealed class Running(TraceList list, PacketTrace trace) : IDisposable
    {
        public void Dispose() => list.End(trace);
    }
}
