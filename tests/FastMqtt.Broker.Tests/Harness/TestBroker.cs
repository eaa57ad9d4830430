// A whole broker on the test's thread: one to three dispatchers over scripted pollers, one network, one manual clock.
// Nothing happens until Tick, and Tick returns when nothing moves any more; time passes only in Advance.
// One listener per dispatcher, so that a test chooses who accepts a connection.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Scripted;
using FastMqtt.Protocol;
using FastMqtt.Transport.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Harness;

internal sealed class TestBroker : IDisposable
{
    /// <summary>Rounds of ticks without rest after which a broker is taken to spin.</summary>
    private const int RoundsMax = 100_000;

    /// <summary>Whoever reads memory after its return reads 0xDB, and a test that compares bytes fails.</summary>
    private static readonly SlabPoolLimits SlabLimits = new() { PoisonReturned = true };

    private readonly int[] _listeners;
    private int _identifiers;

    public TestBroker(
        int dispatchers = 1,
        Action<BrokerOptions>? configure = null,
        ListenerOptions? listenerOptions = null,
        ListenerOptions? lastListenerOptions = null,
        ILogger? log = null,
        IStore? store = null,
        StoreLimits? storeLimits = null,
        ManualTime? time = null)
    {
        var options = new BrokerOptions { SystemTopicsInterval = TimeSpan.Zero, Spin = TimeSpan.Zero };
        store ??= StoreOfEveryTest();
        options.Persistence = store is null ? null : new PersistenceOptions { Path = string.Empty };
        configure?.Invoke(options);
        Time = time ?? new ManualTime();
        State = new BrokerState(options, log ?? NullLogger.Instance, Time, dispatchers, store);
        Time.Advance(1_000);
        Pollers = new ScriptedPoller[dispatchers];
        _listeners = new int[dispatchers];
        Listeners = new Listener[dispatchers];
        for (int i = 0; i < dispatchers; i++)
        {
            Pollers[i] = new ScriptedPoller(Network);
            State.Dispatchers[i] = new Dispatcher(i, State, Pollers[i], SlabLimits);
            _listeners[i] = Network.Listen();
            ListenerOptions? chosen = i == dispatchers - 1 ? lastListenerOptions ?? listenerOptions : listenerOptions;
            Listeners[i] = new Listener(chosen ?? new ListenerOptions { AllowAnonymous = true });
            State.Dispatchers[i].Connections.Listeners.Add(_listeners[i], Listeners[i]);
        }

        if (State.Writer is not null)
        {
            State.Writer.Sizes = storeLimits ?? new StoreLimits();
            new Recovery(State, State.Writer, name => Listeners.FirstOrDefault(one => one.Name == name)).Run();
        }

        State.Dispatchers[0].StartHousekeeping();
    }

    // The whole suite can be run with a store that says yes: what clients see must be the same.
    private static MemoryStore? StoreOfEveryTest() =>
        Environment.GetEnvironmentVariable("FASTMQTT_TEST_STORE") is { Length: > 0 } ? new MemoryStore() : null;

    /// <summary>Whether the store's writer does nothing: what is posted waits, as if the disk took its time.</summary>
    public bool IsDiskHeld { get; set; }

    /// <summary>The listener of each dispatcher.</summary>
    public Listener[] Listeners { get; }

    public ScriptedNetwork Network { get; } = new();

    public ManualTime Time { get; }

    public ScriptedPoller[] Pollers { get; }

    public BrokerState State { get; }

    public Dispatcher[] Dispatchers => State.Dispatchers;

    /// <summary>Sum of the dispatchers' counters.</summary>
    public BrokerMetrics Metrics => State.Sum();

    /// <summary>Bytes rented from all pools; a slab may return to another pool than it came from.</summary>
    public long RentedBytes => Dispatchers.Sum(dispatcher => dispatcher.Slabs.RentedBytes);

    public Session? FindSession(string identifier)
    {
        byte[] key = System.Text.Encoding.UTF8.GetBytes(identifier);
        return Dispatchers[OwnerOf(identifier)].Sessions.TryFind(key, out Session? session) ? session : null;
    }

    public int OwnerOf(string identifier) =>
        SessionDirectory.OwnerOf(System.Text.Encoding.UTF8.GetBytes(identifier), Dispatchers.Length);

    /// <summary>A new Client Identifier whose session lives on the dispatcher.</summary>
    public string IdentifierOn(int dispatcher)
    {
        string identifier;
        do
        {
            identifier = $"client-{++_identifiers}";
        }
        while (OwnerOf(identifier) != dispatcher);
        return identifier;
    }

    /// <summary>Ticks every dispatcher until all of them would sleep.</summary>
    public void Tick()
    {
        TickOnce(); // a dispatcher decides how long to sleep before it sees what time it is: a due timer is not rest
        for (int round = 0; round < RoundsMax; round++)
        {
            if (TickOnce())
            {
                return;
            }
        }

        Assert.Fail("The broker does not come to rest.");
    }

    /// <summary>Ticks until nobody is being asked about a client: answers are found off the dispatchers.</summary>
    public void TickUntilAnswered() => TickUntil(
        () => !Dispatchers.Any(dispatcher => dispatcher.Connections.All().Any(client => client.IsAsking)));

    /// <summary>Ticks until something is so that another thread has a part in.</summary>
    public void TickUntil(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        do
        {
            Assert.False(patience.IsCancellationRequested, "It does not come.");
            Thread.Yield();
            Tick();
        }
        while (!isSo());
        Tick(); // it may have come in a tick that had nothing else to do
    }

    /// <summary>One tick of each dispatcher. True when none of them had anything to do.</summary>
    public bool TickOnce()
    {
        bool rests = true;
        for (int i = 0; i < Dispatchers.Length; i++)
        {
            Dispatchers[i].Tick();
            rests &= Pollers[i].LastEventCount == 0 && Pollers[i].LastTimeoutMilliseconds != 0;
        }

        return !CommitOnce() && rests;
    }

    /// <summary>One turn of the store's writer. True when it had anything to do.</summary>
    public bool CommitOnce() => !IsDiskHeld && State.Writer?.RunOnce() == true;

    /// <summary>Time passes at once, then the broker does what is due.</summary>
    public void Advance(long milliseconds)
    {
        Tick();
        Time.Advance(milliseconds);
        Tick();
    }

    /// <summary>Time passes in steps of a second, as it does for a broker that is looked at.</summary>
    public void AdvanceSeconds(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            Advance(1_000);
        }
    }

    /// <summary>A socket that has sent nothing yet.</summary>
    public TestClient Open(ProtocolVersion version = ProtocolVersion.Mqtt5, int at = 0) =>
        new(this, Network.Connect(_listeners[at]), version);

    /// <summary>A connected client; its CONNACK is read and must be a success.</summary>
    public TestClient Connect(
        string? identifier = null,
        ProtocolVersion version = ProtocolVersion.Mqtt5,
        bool clean = true,
        ushort keepAlive = 0,
        byte[]? properties = null,
        Will? will = null,
        int at = 0)
    {
        TestClient client = Open(version, at);
        client.Identifier = identifier ?? IdentifierOn(at);
        client.Send(Packets.Connect(version, client.Identifier, clean, keepAlive, properties, will));
        Tick();
        client.Connack = client.Next(PacketType.Connack);
        Assert.Equal(ReasonCode.Success, client.Connack.Reason);
        return client;
    }

    /// <summary>A client whose session outlives its connection.</summary>
    public TestClient ConnectPersistent(
        string identifier,
        ProtocolVersion version = ProtocolVersion.Mqtt5,
        ushort receiveMaximum = ushort.MaxValue,
        int at = 0) => Connect(
            identifier,
            version,
            clean: false,
            properties: [.. Property.SessionExpiryInterval(3_600), .. Property.ReceiveMaximum(receiveMaximum)],
            at: at);

    /// <summary>Fan-outs to more receivers go on walks of so many a tick.</summary>
    public void WalkBeyond(int receivers, int slice = 1)
    {
        foreach (Dispatcher dispatcher in Dispatchers)
        {
            dispatcher.Walks.ReceiversAtOnce = receivers;
            dispatcher.Walks.Slice = slice;
        }
    }

    /// <summary>Walks stand still, or go on.</summary>
    public void HoldWalks(bool hold)
    {
        foreach (Dispatcher dispatcher in Dispatchers)
        {
            dispatcher.Walks.IsHeld = hold;
        }
    }

    /// <summary>Asks every dispatcher to stop, as the host does.</summary>
    public void BeginStop(int limitMilliseconds)
    {
        foreach (Dispatcher dispatcher in Dispatchers)
        {
            dispatcher.Inbox.Post(new Command(d => d.Drain(TimeSpan.FromMilliseconds(limitMilliseconds))));
        }
    }

    public void Dispose()
    {
        foreach (Dispatcher dispatcher in Dispatchers)
        {
            dispatcher.Dispose();
        }
    }
}
