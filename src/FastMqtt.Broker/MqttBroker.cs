// Builds the dispatchers, binds the listeners, starts the threads, and takes all of it down again in order.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Transport;
using FastMqtt.Transport.Linux;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker;

/// <summary>A running broker.</summary>
public sealed class MqttBroker : IAsyncDisposable
{
    private const int Backlog = 4096;
    private const int DefaultPort = 1883;

    private readonly BrokerState _state;
    private readonly List<int> _listeners = [];
    private readonly List<IPEndPoint> _endPoints = [];
    private readonly List<Listener> _shared = [];
    private readonly Lock _applying = new();
    private readonly Thread[] _threads;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private int _stopped;

    private MqttBroker(BrokerState state)
    {
        _state = state;
        _threads = new Thread[state.Dispatchers.Length];
    }

    /// <summary>The version of the broker, as in $SYS/broker/version.</summary>
    public static string Version => ThisVersion.Text;

    /// <summary>The bound addresses, in the order of <see cref="BrokerOptions.Listeners"/>.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _endPoints;

    /// <summary>Completes with an exception when a dispatcher ended by a fault; never completes otherwise.</summary>
    public Task Failed => _failed.Task;

    /// <summary>Binds every listener and starts the dispatchers.</summary>
    /// <param name="options">Read during the call; later changes have no effect.</param>
    /// <param name="loggers">Must not block: dispatchers write to it.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds.</exception>
    public static MqttBroker Start(BrokerOptions options, ILoggerFactory loggers, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        int dispatchers = CountDispatchers(options);
        Check(options, dispatchers);
        ILogger log = loggers.CreateLogger("FastMqtt");
        var state = new BrokerState(options.Copy(), log, time ?? TimeProvider.System, dispatchers);
        var broker = new MqttBroker(state);
        try
        {
            broker.Listen(options);
        }
        catch
        {
            broker._listeners.ForEach(ListenSocket.Close);
            throw;
        }

        broker.StartThreads();
        return broker;
    }

    /// <summary>
    /// Takes over other options while clients stay connected. What a client was told when it connected (Topic Aliases,
    /// Maximum QoS, its window) stays until its next connection. Dispatchers and ReceiveMaximum stay as they are until
    /// the next start: the one is threads, the other a promise to connected clients. From any thread.
    /// </summary>
    /// <param name="options">Read during the call; later changes have no effect.</param>
    /// <returns>
    /// The listeners among them that do not run, since listening begins and ends with the broker. Listeners are the
    /// same when their address is the same.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds; nothing was changed.</exception>
    public IReadOnlyList<ListenerOptions> Apply(BrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        lock (_applying)
        {
            BrokerOptions before = _state.Options;
            BrokerOptions next = options.Copy();
            next.Dispatchers = before.Dispatchers;
            next.ReceiveMaximum = before.ReceiveMaximum;
            Check(next, _state.Dispatchers.Length);
            _state.Options = next;
            foreach (Dispatcher dispatcher in _state.Dispatchers)
            {
                dispatcher.Inbox.Post(new Command(d => d.OnOptionsChanged(before)));
            }

            return ReplaceListeners(next.Listeners);
        }
    }

    /// <summary>
    /// Stops accepting, tells MQTT 5.0 clients 0x8B, sends what is pending, closes. Wills are not published: the
    /// broker ends, not the clients. What is unsent after the limit is lost with the process.
    /// </summary>
    public async Task StopAsync(TimeSpan limit)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            await _ended.Task.ConfigureAwait(false); // whoever asks second waits for the same end
            return;
        }

        foreach (Dispatcher dispatcher in _state.Dispatchers)
        {
            dispatcher.Inbox.Post(new Command(d => d.Drain(limit)));
        }

        await _ended.Task.ConfigureAwait(false);
        _listeners.ForEach(ListenSocket.Close);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);

    private static int CountDispatchers(BrokerOptions options)
    {
        if (options.Dispatchers != 0)
        {
            return options.Dispatchers;
        }

        // Up to three cores a second dispatcher takes from the clients on the same machine more than it gives.
        int cores = Environment.ProcessorCount;
        return cores <= 3 ? 1 : Math.Min(cores - 1, Limits.DispatchersMax);
    }

    private static void Check(BrokerOptions options, int dispatchers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dispatchers, 1, nameof(options.Dispatchers));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dispatchers, Limits.DispatchersMax, nameof(options.Dispatchers));
        CheckRange(options.MaximumPacketSize, 16, Limits.ProtocolPacketSizeMax, nameof(options.MaximumPacketSize));
        CheckRange(options.MaximumInflight, 1, ushort.MaxValue, nameof(options.MaximumInflight));
        CheckRange(options.MaximumSessions, dispatchers, Limits.SessionsMax, nameof(options.MaximumSessions));
        CheckRange(options.ReceiveMaximum, 1, ushort.MaxValue, nameof(options.ReceiveMaximum));
    }

    private static void CheckRange(int value, int least, int most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }

    private void Listen(BrokerOptions options)
    {
        IList<ListenerOptions> listeners = options.Listeners.Count > 0
            ? options.Listeners
            : [new ListenerOptions { EndPoint = new(IPAddress.Loopback, DefaultPort), AllowAnonymous = true }];
        foreach (ListenerOptions listener in listeners)
        {
            _shared.Add(new Listener(listener));
            _listeners.Add(Bind(listener.EndPoint!, out IPEndPoint bound));
            _endPoints.Add(bound);
        }

        for (int id = 0; id < _state.Dispatchers.Length; id++)
        {
            _state.Dispatchers[id] = new Dispatcher(id, _state, new EpollPoller());
        }

        foreach (Dispatcher dispatcher in _state.Dispatchers)
        {
            for (int i = 0; i < _listeners.Count; i++)
            {
                dispatcher.Connections.Listeners.Add(_listeners[i], _shared[i]);
            }
        }

        _state.Dispatchers[0].StartHousekeeping();
    }

    private List<ListenerOptions> ReplaceListeners(IList<ListenerOptions> listeners)
    {
        var missing = new List<ListenerOptions>();
        var taken = new HashSet<Listener>();
        foreach (ListenerOptions options in listeners)
        {
            // Port 0 is the same address for every listener that has it: the first free one is meant.
            Listener? running = _shared.Find(listener => IsSameAddress(listener.Options, options)
                && !taken.Contains(listener));
            if (running is null)
            {
                missing.Add(options);
            }
            else
            {
                running.Options = options;
                taken.Add(running);
            }
        }

        return missing;
    }

    private static bool IsSameAddress(ListenerOptions a, ListenerOptions b) =>
        Equals(a.EndPoint, b.EndPoint)
        && a.HostName == b.HostName
        && a.UnixSocketPath == b.UnixSocketPath
        && a.BindInterface == b.BindInterface;

    private static int Bind(IPEndPoint endPoint, out IPEndPoint bound)
    {
        try
        {
            return ListenSocket.Bind(endPoint, Backlog, out bound);
        }
        catch (SocketException failure)
        {
            // An operator with several listeners must see which one it was.
            throw new SocketException(failure.ErrorCode, $"cannot listen on {endPoint}: {failure.Message}");
        }
    }

    private void StartThreads()
    {
        _running = _threads.Length;
        for (int id = 0; id < _threads.Length; id++)
        {
            Dispatcher dispatcher = _state.Dispatchers[id];
            _threads[id] = new Thread(() => Run(dispatcher)) { Name = $"dispatcher {id}" };
            _threads[id].Start();
        }
    }

    private void Run(Dispatcher dispatcher)
    {
#pragma warning disable CA1031 // The last frame of the thread: a fault must end in the log and stop the broker.
        try
        {
            using (dispatcher) // closing what a fault left behind may fault too
            {
                dispatcher.Run();
            }
        }
        catch (Exception exception)
        {
            _failed.TrySetException(exception);
            _state.Log.DispatcherFailed(dispatcher.Id, exception);
        }
#pragma warning restore CA1031
        finally
        {
            if (Interlocked.Decrement(ref _running) == 0)
            {
                _ended.TrySetResult();
            }
        }
    }
}
