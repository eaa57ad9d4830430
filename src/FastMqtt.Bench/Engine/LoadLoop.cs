// The engine: one thread, one poller, its clients. A turn waits for events, reads each readable connection once, and
// sends once per connection what that caused. Warm, it allocates nothing. A run (Modes/) says when to turn and stop.
using System.Net.Sockets;
using FastMqtt.Bench.Report;
using FastMqtt.Transport;
using FastMqtt.Transport.Buffers;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Bench.Engine;

internal sealed class LoadLoop : IDisposable
{
    // Events taken at a time.
    private const int EventsMax = 512;

    // Bytes a receive takes at most: a burst of a fast broker in one call.
    private const int ReceiveBytes = 1024 * 1024;

    // A turn that brought less is followed by the rest that LoadOptions allows.
    private const int FewMessages = 64;

    private const int NanosecondsPerMicrosecond = 1000;

    private readonly LoadOptions _options;
    private readonly PollEvent[] _events = new PollEvent[EventsMax];
    private readonly ReceiveArea _area = new(ReceiveBytes);
    private readonly List<LoadClient?> _clients = [];
    private readonly InboundPackets _packets;
    private readonly ClientList _dirty = new();
    private readonly Progress _progress;
    private ClientList _ready = new();
    private ClientList _running = new();

    public LoadLoop(LoadOptions options)
    {
        _options = options;
        Deliveries = new DeliveryCheck(options, this);
        SetUp = new SetUp(options, this);
        _packets = new InboundPackets(options, this);
        _progress = new Progress(options.Progress);
        PreciseTiming.TightenTimers();
    }

    public EpollPoller Poller { get; } = new();

    public SlabPool Pool { get; } = new();

    public LoadCounters Counters { get; } = new();

    public DeliveryCheck Deliveries { get; }

    public SetUp SetUp { get; }

    /// <summary>No message of this run is older.</summary>
    public long Started { get; } = Clock.Now;

    /// <summary>Messages of each publisher in all. After raising it: <see cref="StartPublishers"/>.</summary>
    public long CountMax { get; set; }

    /// <summary>PINGRESP packets received.</summary>
    public int Pings { get; set; }

    /// <summary>Gives a connecting socket to the loop.</summary>
    public void Add(LoadClient client, int handle)
    {
        ulong token = (ulong)_clients.Count;
        client.Connection = new Connection(Poller, handle, default) { Token = token };
        client.State = ClientState.Connecting;
        client.IsBlocked = false;
        _clients.Add(client);
        if (!Poller.TryAdd(handle, token))
        {
            throw new BenchException("the system watches no more connections");
        }
    }

    /// <summary>Takes leave of the broker. Between turns only.</summary>
    public void Close(LoadClient client)
    {
        if (client.Connection is not Connection connection || connection.IsClosed)
        {
            return;
        }

        if (client.State == ClientState.Up)
        {
            ReadOnlySpan<byte> disconnect = [0xE0, 0];
            disconnect.CopyTo(connection.GetOutput(disconnect.Length, Pool));
            connection.Advance(disconnect.Length);
            connection.Flush(Pool);
        }

        _clients[(int)connection.Token] = null;
        connection.Close(Pool);
        client.Connection = null;
        client.State = ClientState.Closed;
    }

    public void MarkDirty(LoadClient client)
    {
        if (!client.IsDirty)
        {
            client.IsDirty = true;
            _dirty.Add(client);
        }
    }

    public void MarkReady(LoadClient client)
    {
        if (!client.IsReady)
        {
            client.IsReady = true;
            _ready.Add(client);
        }
    }

    public void MarkReadyIfWaiting(LoadClient client)
    {
        if (client.Publisher!.IsWaiting)
        {
            client.Publisher.IsWaiting = false;
            MarkReady(client);
        }
    }

    public void StartPublishers(IReadOnlyList<LoadClient> publishers)
    {
        for (int i = 0; i < publishers.Count; i++)
        {
            publishers[i].Publisher!.IsWaiting = false;
            MarkReady(publishers[i]);
        }
    }

    /// <summary>Sends one message whatever the windows say, with the time it is measured from.</summary>
    public void PublishOne(LoadClient client, long timestamp)
    {
        Publisher publisher = client.Publisher!;
        publisher.Write(client.Connection!.GetOutput(publisher.MessageBytes, Pool), 1, timestamp);
        client.Connection.Advance(publisher.MessageBytes);
        MarkDirty(client);
    }

    /// <summary>Events and answers, for so long at most. Publishes nothing by itself.</summary>
    public void Turn(int timeoutMilliseconds)
    {
        Serve(Poller.Wait(_events, timeoutMilliseconds));
        FlushDirty();
    }

    /// <summary>Events until a time that is finer than milliseconds; FlushDirty must follow.</summary>
    public void TurnUntil(long deadline) =>
        Serve(Poller.WaitNanoseconds(_events, deadline - Clock.Now));

    /// <summary>A turn under load: events, answers, and what the publishers may send then.</summary>
    public void TurnAndPublish(int timeoutMilliseconds)
    {
        long before = Counters.Received;
        Turn(_ready.Count > 0 ? 0 : timeoutMilliseconds);
        RunReady();

        // A broker that writes message by message would wake the generator for each one. After a rest it finds
        // several, and its own cost per message does not disturb what is measured.
        if (_options.RestMicroseconds > 0 && Counters.Received - before < FewMessages && _ready.Count == 0)
        {
            PreciseTiming.Rest(_options.RestMicroseconds * NanosecondsPerMicrosecond);
        }
    }

    /// <summary>One send for each connection that has something to say.</summary>
    public void FlushDirty()
    {
        for (int i = 0; i < _dirty.Count; i++)
        {
            LoadClient client = _dirty[i];
            client.IsDirty = false;
            Flush(client);
        }

        _dirty.Clear();
    }

    public void Dispose()
    {
        foreach (LoadClient? client in _clients)
        {
            client?.Connection?.Close(Pool);
        }

        Poller.Dispose();
    }

    private void Flush(LoadClient client)
    {
        if (client.IsBlocked || client.Connection is null)
        {
            return;
        }

        Counters.Sends++;
        switch (client.Connection.Flush(Pool))
        {
            case IoStatus.Done:
                break;
            case IoStatus.WouldBlock:
                client.IsBlocked = true;
                break;
            default:
                throw new BenchException($"the broker closed the connection of {client.Identifier} while it sent");
        }
    }

    private void Serve(int count)
    {
        _progress.Report(Clock.Now, Counters.Received);
        for (int i = 0; i < count; i++)
        {
            PollEvent happened = _events[i];
            if (_clients[(int)happened.Token] is not LoadClient client)
            {
                continue;
            }

            if (client.State == ClientState.Connecting)
            {
                EndConnecting(client);
            }
            else if (client.State == ClientState.Securing)
            {
                Secure(client);
            }
            else if (client.IsBlocked && (happened.Flags & PollFlags.Writable) != 0)
            {
                client.IsBlocked = false;
                Flush(client);
                if (client.Publisher is not null && !client.IsBlocked)
                {
                    MarkReady(client);
                }
            }

            if ((happened.Flags & ~PollFlags.Writable) != 0 && client.State >= ClientState.Connected)
            {
                Receive(client, (happened.Flags & PollFlags.PeerClosed) != 0);
            }
        }
    }

    private void EndConnecting(LoadClient client)
    {
        SocketError error = ConnectSocket.End(client.Connection!.Handle);
        if (error != SocketError.Success)
        {
            throw new BenchException($"connect to {_options.Target}: {new SocketException((int)error).Message}");
        }

        if (_options.Security is { } security)
        {
            security.Begin(client.Connection);
            client.State = ClientState.Securing;
            Secure(client);
            return;
        }

        SetUp.SendConnect(client);
        Flush(client);
    }

    private void Secure(LoadClient client)
    {
        if (_options.Security!.Step(client.Connection!))
        {
            SetUp.SendConnect(client);
            Flush(client);
        }
    }

    private void Receive(LoadClient client, bool isEnded)
    {
        Connection connection = client.Connection!;
        bool filled;
        do
        {
            IoStatus status = connection.Receive(_area, Pool, out ReadOnlySpan<byte> unread, out filled);
            Counters.Receives++;
            if (status == IoStatus.WouldBlock)
            {
                return;
            }

            if (status != IoStatus.Done)
            {
                throw new BenchException($"the broker closed the connection of {client.Identifier}");
            }

            int consumed = _packets.Read(client, unread, Clock.Now, out int frameLength);
            connection.Consume(consumed, frameLength, Pool);
        }
        while (filled || isEnded);
    }

    private void RunReady()
    {
        (_ready, _running) = (_running, _ready);
        for (int i = 0; i < _running.Count; i++)
        {
            LoadClient client = _running[i];
            client.IsReady = false;
            Publish(client, client.Publisher!);
        }

        _running.Clear();
    }

    private void Publish(LoadClient client, Publisher publisher)
    {
        if (client.IsBlocked)
        {
            return; // a Writable event makes it ready again
        }

        long available = publisher.CountAvailable(CountMax, client.ReceiveMaximum);
        if (available == 0)
        {
            publisher.IsWaiting = true;
            return;
        }

        int count = (int)Math.Min(available, Math.Max(1, _options.BatchBytes / publisher.MessageBytes));
        long now = Clock.Now;
        if (Counters.FirstSent == 0)
        {
            Counters.FirstSent = now;
        }

        Connection connection = client.Connection!;
        int bytes = count * publisher.MessageBytes;
        publisher.Write(connection.GetOutput(bytes, Pool), count, now);
        connection.Advance(bytes);
        Flush(client);
        if (!client.IsBlocked)
        {
            MarkReady(client);
        }
    }
}
