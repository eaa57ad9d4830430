// Builds the dispatchers, binds the listeners, starts the threads, and takes all of it down again in order.

using System.Net;
using FastMqtt.Broker.Administration;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Persistence.Mosquitto;
using FastMqtt.Protocol;
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker;

/// <summary>A running broker.</summary>
public sealed class MqttBroker : IAsyncDisposable
{
    private const int DefaultPort = 1883;

    private readonly BrokerState _state;
    private readonly ISockets _kind;
    private readonly ListenerSockets _sockets;
    private readonly List<Listener> _shared = [];
    private readonly Lock _applying = new();
    private readonly Thread[] _threads;
    private readonly DispatcherProbe _probe;
    private readonly TraceList _traces;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BrokerInstruments? _instruments;
    private InProcessClient? _inProcess;
    private int _attached;
    private int _running;
    private int _stopped;

    private MqttBroker(BrokerState state, ISockets kind)
    {
        _state = state;
        _kind = kind;
        _sockets = new ListenerSockets(_kind);
        _threads = new Thread[state.Dispatchers.Length];
        _probe = new DispatcherProbe(state.Dispatchers);
        _traces = new TraceList(state.Dispatchers);
        Administration = new BrokerAdministration(state, _ended.Task);
    }

    /// <summary>The version of the broker, as in $SYS/broker/version.</summary>
    public static string Version => ThisVersion.Text;

    /// <summary>
    /// The bound addresses, in the order of <see cref="BrokerOptions.Listeners"/>: an IPEndPoint each, or a
    /// UnixDomainSocketEndPoint. A listener with a host name or an interface can have several, one without an address
    /// has none.
    /// </summary>
    public IReadOnlyList<EndPoint> EndPoints => _sockets.EndPoints;

    /// <summary>What was asked for the listener of an entry of <see cref="EndPoints"/>.</summary>
    public ListenerOptions ListenerAt(int endPoint) => _sockets.OptionsAt(endPoint);

    /// <summary>Completes with an exception when a dispatcher ended by a fault; never completes otherwise.</summary>
    public Task Failed => _failed.Task;

    /// <summary>What the broker has and has done. The same as instruments: those of a Meter "FastMqtt".</summary>
    public BrokerStatistics Statistics => BrokerStatistics.Of(_state);

    /// <summary>Inspection of the running broker, and control.</summary>
    public BrokerAdministration Administration { get; }

    /// <summary>Binds every listener and starts the dispatchers.</summary>
    /// <param name="options">Read during the call; later changes have no effect.</param>
    /// <param name="loggers">Must not block: dispatchers write to it.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound.</exception>
    /// <exception cref="FastMqtt.Transport.Tls.TlsException">A certificate or another TLS file is wrong.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds.</exception>
    /// <exception cref="ArgumentException">There is no epoll on this system.</exception>
    /// <exception cref="StoreException">The store cannot be opened.</exception>
    public static MqttBroker Start(BrokerOptions options, ILoggerFactory loggers, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        int dispatchers = OptionChecks.CountDispatchers(options);
        OptionChecks.Check(options, dispatchers);
        ISockets kind = options.Poller.NewSockets();
        ILogger log = loggers.CreateLogger("FastMqtt");
        bool isNew = options.Persistence is not null && !File.Exists(options.Persistence.Path);
#pragma warning disable CA1859, CA2000 // It is the state's from now on, and closed by its writer or below.
        IStore? store = options.Persistence is { } persistence ? SqliteStore.Open(persistence.Path, log) : null;
#pragma warning restore CA1859, CA2000
        var state = new BrokerState(options.Copy(), log, time ?? TimeProvider.System, dispatchers, store);
        var broker = new MqttBroker(state, kind);
        try
        {
            broker.Listen(options);
            broker.Recover(isNew ? options.Persistence!.ImportFrom : null);
        }
        catch
        {
            broker.Abandon();
            if (isNew)
            {
                StoreFiles.Delete(options.Persistence!.Path); // or the next start would find one, and import nothing
            }

            throw;
        }

        broker._instruments = BrokerInstruments.Create(state);
        broker.StartThreads();
        return broker;
    }

    /// <summary>
    /// Makes a connection of a client whose bytes come from elsewhere. From any thread; returns at once. A broker that
    /// stops ends it without an answer.
    /// </summary>
    /// <param name="listener">What holds for the client.</param>
    /// <param name="peer">Where the client is, as it will be logged and judged.</param>
    /// <param name="certificate">The certificate it has shown and that was verified; null: none.</param>
    public AttachedConnection Attach(
        AttachedListener listener, PeerAddress peer, PeerCertificate? certificate = null)
    {
        ArgumentNullException.ThrowIfNull(listener);
        var stream = new AttachedStream(certificate);
        uint next = (uint)Interlocked.Increment(ref _attached) % (uint)_state.Dispatchers.Length;
        _state.Dispatchers[next].Inbox.Post(new AttachedArrival(stream, listener.Listener, peer));
        if (_ended.Task.IsCompleted)
        {
            stream.Close(AttachedStream.NoDescriptor); // no dispatcher is there to take it
        }

        return new AttachedConnection(stream);
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
            next.Persistence = before.Persistence;
            next.Poller = before.Poller;
            OptionChecks.Check(next, _state.Dispatchers.Length);
            _state.Options = next;
            _sockets.SetNoDelay(next.NoDelay);
            List<ListenerOptions> missing = ReplaceListeners(next.Listeners);
            foreach (Dispatcher dispatcher in _state.Dispatchers)
            {
                dispatcher.Inbox.Post(new Command(d => d.OnOptionsChanged(before)));
            }

            return missing;
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
            await _closed.Task.ConfigureAwait(false); // whoever asks second waits for the same end
            return;
        }

        foreach (Dispatcher dispatcher in _state.Dispatchers)
        {
            dispatcher.Inbox.Post(new Command(d => d.Drain(limit)));
        }

        await _ended.Task.ConfigureAwait(false);
        Close();
        _closed.SetResult();
    }

    /// <summary>
    /// Makes everything durable now and moves it into the store's file: Mosquitto's SIGUSR1. Does nothing without
    /// persistence. From any thread.
    /// </summary>
    /// <exception cref="StoreException">The disk is full, fails, or may not be written.</exception>
    public async Task SaveAsync()
    {
        if (_state.Writer is not { } writer)
        {
            return;
        }

        Task[] posted = Array.ConvertAll(_state.Dispatchers, dispatcher =>
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            dispatcher.Inbox.Post(new Command(d =>
            {
                d.Journal!.Flush();
                done.SetResult();
            }));
            return (Task)done.Task;
        });
        await Task.WhenAny(Task.WhenAll(posted), _ended.Task).ConfigureAwait(false);
        await writer.CheckpointAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Reads the certificates, keys, authorities and revocation lists of all TLS listeners again, as happens by itself
    /// when the files change. New connections get them, established ones stay. A listener whose files are wrong keeps
    /// what it had; the log says so.
    /// </summary>
    public void ReloadTls() => _state.TlsFiles.Reload(onlyStale: false);

    /// <summary>
    /// Whether every dispatcher has answered since the call before; then all are asked again. One that hangs never
    /// answers. For one caller, at an interval that is long for a tick: some seconds.
    /// </summary>
    public bool IsAlive() => _probe.Ask();

    /// <summary>
    /// Begins to tell a logger of packets, at level Debug; the returned object ends it. Slows the broker down while it
    /// is on.
    /// </summary>
    /// <exception cref="ArgumentException">The Topic Filter is none.</exception>
    public IDisposable Trace(TraceRequest request, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(log);
        return _traces.Begin(new PacketTrace(request, log));
    }

    /// <summary>A client inside the process, with a name and access rules.</summary>
    /// <exception cref="ArgumentException">The Client Identifier is no valid text.</exception>
    public InProcessClient CreateClient(InProcessClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new InProcessClient(_state, options);
    }

    /// <summary>
    /// Publishes, past all access rules; see
    /// <see cref="InProcessClient.PublishAsync(ApplicationMessage, CancellationToken)"/>.
    /// </summary>
    public ValueTask<ReasonCode> PublishAsync(
        ApplicationMessage message, CancellationToken cancellationToken = default) =>
        InProcess.PublishAsync(message, cancellationToken);

    /// <summary>
    /// Publishes a message without properties, past all access rules; see
    /// <see cref="InProcessClient.PublishAsync(ApplicationMessage, CancellationToken)"/>.
    /// </summary>
    public ValueTask<ReasonCode> PublishAsync(
        string topic,
        ReadOnlyMemory<byte> payload,
        QualityOfService qos = QualityOfService.AtMostOnce,
        bool retain = false,
        CancellationToken cancellationToken = default) =>
        InProcess.PublishAsync(topic, payload, qos, retain, cancellationToken);

    /// <summary>
    /// Publishes if that can be done at once; see
    /// <see cref="InProcessClient.TryPublish(ReadOnlySpan{byte}, ReadOnlySpan{byte}, QualityOfService, bool)"/>.
    /// </summary>
    public bool TryPublish(
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload,
        QualityOfService qos = QualityOfService.AtMostOnce,
        bool retain = false) =>
        InProcess.TryPublish(topic, payload, qos, retain);

    /// <summary>
    /// Subscribes a handler, past all access rules; see
    /// <see cref="InProcessClient.SubscribeAsync(string, MessageHandler, SubscribeOptions?, CancellationToken)"/>.
    /// </summary>
    public ValueTask<InProcessSubscription> SubscribeAsync(
        string topicFilter,
        MessageHandler handler,
        SubscribeOptions? options = null,
        CancellationToken cancellationToken = default) =>
        InProcess.SubscribeAsync(topicFilter, handler, options, cancellationToken);

    /// <summary>
    /// Subscribes a reader, past all access rules; see
    /// <see cref="InProcessClient.Subscribe(string, SubscribeOptions?)"/>.
    /// </summary>
    public MessageStream Subscribe(string topicFilter, SubscribeOptions? options = null) =>
        InProcess.Subscribe(topicFilter, options);

    /// <summary>Publishes a message of the host, such as a line of the log. Not retained.</summary>
    /// <param name="topic">A Topic Name below $SYS/, in UTF-8.</param>
    /// <param name="payload">The message; it belongs to the broker from now on.</param>
    /// <returns>False: the broker is behind, and the message is dropped.</returns>
    public bool TryPublishSystem(byte[] topic, byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(topic);
        ArgumentNullException.ThrowIfNull(payload);
        DispatcherInbox inbox = _state.Dispatchers[0].Inbox;
        if (inbox.IsOverLimit)
        {
            return false;
        }

        inbox.Post(new SystemPublication(topic, payload));
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);

    // One for the life of the broker: what is published through it stays in its order.
    private InProcessClient InProcess =>
        _inProcess ?? Interlocked.CompareExchange(ref _inProcess, new(_state), null) ?? _inProcess;

    private void Listen(BrokerOptions options)
    {
        IList<ListenerOptions> listeners = options.Listeners.Count > 0
            ? options.Listeners
            : [new ListenerOptions { EndPoint = new(IPAddress.Loopback, DefaultPort), AllowAnonymous = true }];
        foreach (ListenerOptions listener in listeners)
        {
            Listener shared = StartTls(new Listener(listener));
            _shared.Add(shared);
            _sockets.Open(shared, options.NoDelay);
        }

        for (int id = 0; id < _state.Dispatchers.Length; id++)
        {
            _state.Dispatchers[id] = new Dispatcher(id, _state, _kind.NewPoller());
        }

        foreach (Dispatcher dispatcher in _state.Dispatchers)
        {
            _sockets.Register(dispatcher);
        }

        _state.Dispatchers[0].StartHousekeeping();
    }

    // A start that failed before the dispatchers had threads; the store's may run already.
    private void Abandon()
    {
        foreach (Dispatcher? dispatcher in _state.Dispatchers)
        {
            dispatcher?.Dispose(); // null: it was not reached
        }

        Close();
    }

    // Nobody accepts or writes to the store any more.
    private void Close()
    {
        _instruments?.Dispose();
        _sockets.Close();
        _state.Writer?.End();
        _state.TlsFiles.Stop();
        _state.Handshakes.Stop();
    }

    // Before the threads run: who connects meanwhile waits in the listeners' backlogs.
    private void Recover(string? import)
    {
        if (_state.Writer is { } writer)
        {
            new Recovery(_state, writer, name => _shared.Find(listener => listener.Name == name)).Run();
            writer.Start();
            if (import is not null)
            {
                _state.Log.Imported(import, new MosquittoImport(_state).Run(import));
            }
        }
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

    private Listener StartTls(Listener listener)
    {
        if (listener.Tls is not null)
        {
            _state.Handshakes.Start();
            _state.TlsFiles.Add(listener);
        }

        return listener;
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
