// Builds the dispatchers, binds the listeners, starts the threads, and takes all of it down again in order.

using System.IO.Pipelines;
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
using Microsoft.Extensions.Logging.Abstractions;

namespace FastMqtt.Broker;

/// <summary>A running broker.</summary>
public sealed class MqttBroker : IAsyncDisposable
{
    private readonly BrokerState _state;
    private readonly ListenerSet _listeners;
    private readonly ISockets _kind;
    private readonly Lock _applying = new();
    private readonly DispatcherThreads _threads;
    private readonly DispatcherProbe _probe;
    private readonly TraceList _traces;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private BrokerInstruments? _instruments;
    private InProcessClient? _inProcess;
    private int _attached;
    private int _stopped;

    private MqttBroker(BrokerState state, ISockets kind)
    {
        _state = state;
        _kind = kind;
        _listeners = new ListenerSet(state, kind);
        _threads = new DispatcherThreads(state);
        _probe = new DispatcherProbe(state.Dispatchers);
        _traces = new TraceList(state.Dispatchers);
        Administration = new BrokerAdministration(state, _threads.Ended);
    }

    /// <summary>The version of the broker, as in $SYS/broker/version.</summary>
    public static string Version => ThisVersion.Text;

    /// <summary>
    /// The listeners that run, as of now: first those of <see cref="BrokerOptions.Listeners"/> in their order.
    /// </summary>
    public IReadOnlyList<BrokerListener> Listeners => _listeners.All;

    /// <summary>The bound addresses of all <see cref="Listeners"/> in their order.</summary>
    public IReadOnlyList<EndPoint> EndPoints => _listeners.EndPoints;

    /// <summary>Completes with an exception when a dispatcher ended by a fault; never completes otherwise.</summary>
    public Task Failed => _threads.Failed;

    /// <summary>What the broker has and has done. The same as instruments: those of a Meter "FastMqtt".</summary>
    public BrokerStatistics Statistics => BrokerStatistics.Of(_state);

    /// <summary>Inspection of the running broker, and control.</summary>
    public BrokerAdministration Administration { get; }

    /// <summary>
    /// Reads what the store holds, binds every listener, starts the dispatchers. Blocks nobody: it works on a thread
    /// of its own.
    /// </summary>
    /// <param name="options">Copied by the call; later changes have no effect.</param>
    /// <param name="cancellationToken">Gives up, whatever is being done, and leaves nothing behind.</param>
    /// <exception cref="System.Net.Sockets.SocketException">An address cannot be bound.</exception>
    /// <exception cref="FastMqtt.Transport.Tls.TlsException">A certificate or another TLS file is wrong.</exception>
    /// <exception cref="ArgumentException">An option is missing or outside its bounds.</exception>
    /// <exception cref="StoreException">The store cannot be opened.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the broker ran.</exception>
    public static Task<MqttBroker> StartAsync(BrokerOptions options, CancellationToken cancellationToken = default) =>
        StartAsync(options, null, null, cancellationToken);

    /// <inheritdoc cref="StartAsync(BrokerOptions, CancellationToken)"/>
    /// <param name="options">Copied by the call; later changes have no effect.</param>
    /// <param name="loggers">Must not block: dispatchers write to it. Null: nothing is logged.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <param name="cancellationToken">Gives up, whatever is being done, and leaves nothing behind.</param>
    public static Task<MqttBroker> StartAsync(
        BrokerOptions options,
        ILoggerFactory? loggers,
        TimeProvider? time = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        BrokerOptions own = options.Copy();
        return OwnThread.RunAsync(
            "broker start",
            () => StartHere(own, loggers ?? NullLoggerFactory.Instance, time, cancellationToken),
            cancellationToken);
    }

    /// <summary>The start itself, on the caller's thread: for a process that has nothing else to do.</summary>
    internal static MqttBroker Start(BrokerOptions options, ILoggerFactory loggers, TimeProvider? time = null) =>
        StartHere(options, loggers, time, CancellationToken.None);

    private static MqttBroker StartHere(
        BrokerOptions options, ILoggerFactory loggers, TimeProvider? time, CancellationToken cancellationToken)
    {
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
            broker.Listen(cancellationToken);
            broker.Recover(isNew ? options.Persistence!.ImportFrom : null, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
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
        broker._threads.Start();
        return broker;
    }

    /// <summary>
    /// Binds one more listener; returns when every dispatcher accepts from it. From any thread. Options for
    /// <see cref="ListenerOptions.IsAttached"/>, or without an address, make one that streams are attached to.
    /// </summary>
    /// <param name="options">Copied by the call; later changes have no effect.</param>
    /// <param name="cancellationToken">Is looked at until it is bound.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be bound.</exception>
    /// <exception cref="FastMqtt.Transport.Tls.TlsException">A certificate or another TLS file is wrong.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds.</exception>
    /// <exception cref="ObjectDisposedException">The broker stops.</exception>
    public async Task<BrokerListener> AddListenerAsync(
        ListenerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ListenerOptions own = options.Copy();
        OptionChecks.Check(own);
        BrokerListener added = await OwnThread.RunAsync(
            "listener start", () => _listeners.Open(own, cancellationToken), cancellationToken).ConfigureAwait(false);
        await _threads.EveryAsync(added.Sockets.Register).ConfigureAwait(false);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _stopped) != 0, this);
        return added;
    }

    /// <summary>
    /// Ends a listener; returns when its sockets are closed and the file of a unix socket is gone. From any thread.
    /// One that was removed before is no error.
    /// </summary>
    /// <param name="listener">One of <see cref="Listeners"/>.</param>
    /// <param name="disconnect">
    /// What its MQTT 5.0 clients are told before all of its clients are disconnected, for example
    /// <see cref="ReasonCode.AdministrativeAction"/>. Null: they stay connected.
    /// </param>
    public async Task RemoveListenerAsync(BrokerListener listener, ReasonCode? disconnect = null)
    {
        ArgumentNullException.ThrowIfNull(listener);
        if (!_listeners.TryTake(listener))
        {
            return;
        }

        listener.Listener.IsEnded = disconnect is not null;
        listener.Listener.IsRemoved = true;
        await _threads.EveryAsync(d => d.Connections.Remove(listener.Listener, disconnect)).ConfigureAwait(false);
        listener.Sockets.Close();
    }

    /// <summary>
    /// Serves a client over a stream of any kind, encrypted or in memory too. The task ends with the connection,
    /// whichever side ends it, and has no fault when the stream has one. From any thread.
    /// </summary>
    /// <param name="stream">
    /// What the client has written is read from it, also with empty buffers to wait without one. It is not read while
    /// the broker is behind. It stays open: its owner closes it when the task has ended.
    /// </param>
    /// <param name="listener">What holds for the client.</param>
    /// <param name="peer">Where the client is, as it will be logged and judged.</param>
    /// <param name="certificate">The certificate it has shown and that was verified; null: none.</param>
    /// <param name="cancellationToken">Ends the connection as if the client had gone: its Will is published.</param>
    /// <exception cref="OperationCanceledException">The token has ended the connection.</exception>
    public Task AttachAsync(
        Stream stream,
        BrokerListener listener,
        PeerAddress peer = default,
        PeerCertificate? certificate = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new AttachedEdge(stream, Attach(listener, peer, certificate)).RunAsync(cancellationToken);
    }

    /// <summary>
    /// Serves a client over a pair of pipes; both are completed when the connection has ended, and the task with them.
    /// </summary>
    /// <inheritdoc cref="AttachAsync(Stream, BrokerListener, PeerAddress, PeerCertificate?, CancellationToken)"/>
    /// <param name="pipe">What the client sends is its Input. It is not read while the broker is behind.</param>
    public Task AttachAsync(
        IDuplexPipe pipe,
        BrokerListener listener,
        PeerAddress peer = default,
        PeerCertificate? certificate = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return new AttachedEdge(pipe.Input, pipe.Output, Attach(listener, peer, certificate))
            .RunAsync(cancellationToken);
    }

    /// <summary>
    /// Makes a connection of a client whose bytes the caller copies: what AttachAsync is made of, for a source that is
    /// neither a stream nor a pipe. From any thread; returns at once. A broker that stops ends it without an answer.
    /// </summary>
    /// <param name="listener">What holds for the client.</param>
    /// <param name="peer">Where the client is, as it will be logged and judged.</param>
    /// <param name="certificate">The certificate it has shown and that was verified; null: none.</param>
    public AttachedConnection Attach(
        BrokerListener listener, PeerAddress peer = default, PeerCertificate? certificate = null)
    {
        ArgumentNullException.ThrowIfNull(listener);
        var stream = new AttachedStream(certificate);
        uint next = (uint)Interlocked.Increment(ref _attached) % (uint)_state.Dispatchers.Length;
        _state.Dispatchers[next].Inbox.Post(new AttachedArrival(stream, listener.Listener, peer));
        if (_threads.Ended.IsCompleted)
        {
            stream.Close(AttachedStream.NoDescriptor); // no dispatcher is there to take it
        }

        return new AttachedConnection(stream);
    }

    /// <summary>
    /// Takes over other options while clients stay connected. What a client was told when it connected (Topic Aliases,
    /// Maximum QoS, its window) stays until its next connection. Dispatchers, ReceiveMaximum and Hooks stay as they are
    /// until the next start: threads, a promise to connected clients, and code that has seen what came before. From any
    /// thread.
    /// </summary>
    /// <param name="options">Read during the call; later changes have no effect.</param>
    /// <returns>
    /// Copies of the listeners among them that do not run: <see cref="AddListenerAsync"/> is for those. Listeners are
    /// the same when their address is the same; one that is not among the options goes on as before.
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
            next.Hooks = before.Hooks;
            OptionChecks.Check(next, _state.Dispatchers.Length);
            _state.Options = next;
            _listeners.SetNoDelay(next.NoDelay);
            List<ListenerOptions> missing = _listeners.Replace(next.Listeners);
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
    /// <param name="limit">How long clients may take to read what is pending for them.</param>
    public Task StopAsync(TimeSpan limit) => DrainAsync(limit, CancellationToken.None);

    /// <summary>The same; the token ends the limit at once, and the broker stops in any case.</summary>
    internal async Task DrainAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration cut =
            cancellationToken.UnsafeRegister(_ => _threads.Drain(TimeSpan.Zero), null);
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            await _closed.Task.ConfigureAwait(false); // whoever asks second waits for the same end
            return;
        }

        _threads.Drain(limit);
        await _threads.Ended.ConfigureAwait(false);
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

        await _threads.EveryAsync(static dispatcher => dispatcher.Journal!.Flush()).ConfigureAwait(false);
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

    private void Listen(CancellationToken cancellationToken)
    {
        IList<ListenerOptions> listeners = _state.Options.Listeners.Count > 0
            ? _state.Options.Listeners
            : [BrokerOptions.DefaultListener()];
        foreach (ListenerOptions listener in listeners)
        {
            _listeners.Open(listener, cancellationToken);
        }

        for (int id = 0; id < _state.Dispatchers.Length; id++)
        {
            _state.Dispatchers[id] = new Dispatcher(id, _state, _kind.NewPoller());
        }

        foreach (Dispatcher dispatcher in _state.Dispatchers)
        {
            foreach (BrokerListener listener in _listeners.All)
            {
                listener.Sockets.Register(dispatcher);
            }
        }

        _state.Dispatchers[0].StartHousekeeping();
    }

    // A start that failed, or was cancelled, before the dispatchers had threads; the store's may run already.
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
        _listeners.CloseAll();
        _state.Writer?.End();
        _state.TlsFiles.Stop();
        _state.Handshakes.Stop();
    }

    // Before the threads run: who connects meanwhile waits in the listeners' backlogs.
    private void Recover(string? import, CancellationToken cancellationToken)
    {
        if (_state.Writer is { } writer)
        {
            new Recovery(_state, writer, _listeners.Find).Run(cancellationToken);
            writer.Start();
            if (import is not null)
            {
                _state.Log.Imported(import, new MosquittoImport(_state).Run(import, cancellationToken));
            }
        }
    }
}
