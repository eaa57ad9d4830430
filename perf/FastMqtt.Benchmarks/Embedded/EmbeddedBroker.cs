// A whole broker with one dispatcher over memory, driven by the benchmark's own thread: bytes in, ticks, bytes out.

using FastMqtt.Broker;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Hooks;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastMqtt.Benchmarks.Embedded;

internal sealed class EmbeddedBroker
{
    private const int ListenerHandle = 0;

    private int _clients;

    public EmbeddedBroker(BrokerHooks? hooks = null)
    {
        var options = new BrokerOptions
        {
            SystemTopicsInterval = TimeSpan.Zero,
            Spin = TimeSpan.Zero,
            Hooks = hooks,
        };
        State = new BrokerState(options, NullLogger.Instance, TimeProvider.System, 1);
        Dispatcher = new Dispatcher(0, State, Poller);
        State.Dispatchers[0] = Dispatcher;
        var listener = new Listener(new ListenerOptions { AllowAnonymous = true });
        Dispatcher.Connections.Listeners.Add(ListenerHandle, listener);
    }

    public BrokerState State { get; }

    public Dispatcher Dispatcher { get; }

    private MemoryPoller Poller { get; } = new();

    /// <summary>A connected client; one that acknowledges answers QoS 1 and 2.</summary>
    public MemorySocket Connect(ProtocolVersion version, bool acknowledges = false, ushort receiveMaximum = 0)
    {
        var socket = new MemorySocket(Poller) { Acknowledges = acknowledges };
        Poller.Connect(socket);
        socket.Send(Packets.Connect(version, $"client-{++_clients}", receiveMaximum));
        Run();
        return socket.ReceivedBytes > 0 ? socket : throw new InvalidOperationException("There was no CONNACK.");
    }

    /// <summary>A connected client with one subscription.</summary>
    public MemorySocket Subscribe(ProtocolVersion version, string filter, QualityOfService qos)
    {
        MemorySocket socket = Connect(version, qos != QualityOfService.AtMostOnce);
        socket.Send(Packets.Subscribe(version, filter, qos));
        Run();
        return socket;
    }

    /// <summary>Ticks until no socket has anything to report; a session may still have a backlog.</summary>
    public void Run()
    {
        do
        {
            Dispatcher.Tick();
        }
        while (Poller.HasEvents || Dispatcher.Reader.HasReadable || Dispatcher.Walks.IsBusy);
    }

    /// <summary>Ticks until the broker would sleep, which takes an idle tick more: all backlogs are sent.</summary>
    public void RunToRest()
    {
        do
        {
            Dispatcher.Tick();
        }
        while (Poller.HasEvents || Poller.LastEventCount > 0 || Poller.LastTimeoutMilliseconds == 0);
    }
}
