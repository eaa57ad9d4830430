// A random life of a whole broker from one seed, and the judge at its end. Subscriptions on t/ and shared ones on s/
// are made at the beginning and stay, so that it is known who has to get what; those on churn/ come and go. With a
// store the broker also dies between any two ticks and starts again on what it had committed, and the disk pauses.

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Simulation;

internal sealed class Simulation : IDisposable
{
    private const int ClientCount = 6;
    private const int Topics = 3;

    private readonly int _seed;
    private readonly Random _random;
    private readonly MemoryStore? _store;
    private TestBroker _broker;
    private readonly SimulatedClient[] _clients = new SimulatedClient[ClientCount];

    // The highest QoS of each client's subscriptions to each topic; -1 for none.
    private readonly int[,] _granted = new int[ClientCount, Topics];
    private readonly List<(int Publisher, string Topic, string Text, int QoS)> _published = [];
    private readonly bool[] _isMember = new bool[ClientCount];

    public Simulation(int seed, int dispatchers, bool crashes = false)
    {
        _store = crashes ? new MemoryStore() : null;
        _seed = seed;
        _random = new Random(seed);
        _broker = Start(dispatchers, null);

        for (int i = 0; i < ClientCount; i++)
        {
            ProtocolVersion version = _random.Next(2) == 0 ? ProtocolVersion.Mqtt311 : ProtocolVersion.Mqtt5;
            _clients[i] = new SimulatedClient(_broker, _random, $"c{i}", version);
            _clients[i].Connect(hurried: true);
            _broker.Tick();
            Subscribe(i);
        }

        _broker.Tick();
    }

    public void Dispose()
    {
        _broker.Dispose();
        _store?.Dispose();
    }

    public void Run(int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            Act(_random.Next(ClientCount));
            switch (_random.Next(_store is null ? 6 : 8))
            {
                case 0:
                    _broker.Tick();
                    break;
                case 1 or 2 or 3:
                    _broker.Dispatchers[_random.Next(_broker.Dispatchers.Length)].Tick();
                    break;
                case 4 when _random.Next(10) == 0:
                    _broker.Advance(_random.Next(3_000));
                    break;
                case 4:
                    _broker.Time.Advance(_random.Next(2 * Limits.AcknowledgementGrace));
                    break;
                case 5 when _store is not null && _random.Next(4) == 0:
                    Trouble();
                    break;
                case 6 or 7:
                    _broker.CommitOnce(); // what is posted until now; what it leads to is in others' inboxes still
                    break;
                default:
                    break;
            }
        }

        _broker.IsDiskHeld = false;
        Settle();
        Judge();
        End();
    }

    private TestBroker Start(int dispatchers, ManualTime? time)
    {
        // So small that every part of a queue's way to the disk and back is taken.
        var small = new StoreLimits { LogBytes = 20_000, StateQueueBytes = 50, SegmentBytes = 200, SpentSegments = 2 };
        var broker = new TestBroker(
            dispatchers,
            options => options.Persistence = _store is null
                ? null
                : new PersistenceOptions { Path = string.Empty, QueueMemoryBytes = 4_000 },
            store: _store,
            storeLimits: small,
            time: time);
        if (_seed % 3 != 0)
        {
            broker.WalkBeyond(_random.Next(3), 1 + _random.Next(3));
        }

        return broker;
    }

    // The disk pauses or goes on; or the process is killed, and another one starts on what is in the store.
    private void Trouble()
    {
        _broker.IsDiskHeld = _random.Next(2) == 0;
        if (_random.Next(4) != 0)
        {
            return;
        }

        TestBroker dead = _broker;
        int dispatchers = _random.Next(4) == 0 ? _random.Next(1, 4) : dead.Dispatchers.Length;
        _broker = Start(dispatchers, dead.Time);
        dead.Dispose();
        if (_random.Next(3) == 0)
        {
            TestBroker brief = _broker; // killed before anybody came
            _broker = Start(dispatchers, brief.Time);
            brief.Dispose();
        }

        foreach (SimulatedClient client in _clients)
        {
            client.MoveTo(_broker);
        }
    }

    private void Subscribe(int client)
    {
        for (int topic = 0; topic < Topics; topic++)
        {
            _granted[client, topic] = -1;
        }

        foreach (string filter in new[] { "t/#", "t/+", "t/0", "t/1" }.Where(_ => _random.Next(3) == 0))
        {
            int qos = _random.Next(3);
            _clients[client].Subscribe(filter, qos);
            for (int topic = 0; topic < Topics; topic++)
            {
                if (filter.Length > 3 || filter[2] is '#' or '+' || filter[2] == '0' + topic)
                {
                    _granted[client, topic] = Math.Max(_granted[client, topic], qos);
                }
            }
        }

        _isMember[client] = client < 3;
        if (_isMember[client])
        {
            _clients[client].Subscribe("$share/g/s/#", 2);
        }
    }

    private void Act(int i)
    {
        SimulatedClient client = _clients[i];
        if (!client.IsConnected)
        {
            if (_random.Next(3) == 0)
            {
                client.Connect(hurried: false);
            }

            return;
        }

        switch (_random.Next(16))
        {
            case 0:
                client.Break(orderly: _random.Next(3) == 0);
                break;
            case 1 when _random.Next(3) == 0:
                client.Connect(hurried: false); // takes itself over
                break;
            case 2:
                client.MakeRoom(_random.Next(4) == 0 ? 0 : _random.Next(2_000));
                break;
            case 3:
                client.Subscribe($"churn/{_random.Next(5)}", _random.Next(3));
                break;
            case 4:
                client.Unsubscribe($"churn/{_random.Next(5)}");
                break;
            case 5:
                client.Publish($"churn/{_random.Next(5)}", "x", _random.Next(3), retain: _random.Next(2) == 0);
                break;
            case 6 or 7 or 8 or 9:
                client.Read();
                client.Answer(_random.Next(8));
                break;
            default:
                Publish(i);
                break;
        }
    }

    private void Publish(int i)
    {
        bool shared = _random.Next(4) == 0;
        int qos = shared ? _random.Next(1, 3) : _random.Next(3);
        string topic = shared ? "s/x" : $"t/{_random.Next(Topics)}";
        string text = $"{i} {_published.Count} {new string('.', _random.Next(10) == 0 ? _random.Next(3_000) : 5)}";
        _published.Add((i, topic, text, qos));
        _clients[i].Publish(topic, text, qos);
    }

    // Everybody comes back, reads and answers until nothing is left to do.
    private void Settle()
    {
        foreach (SimulatedClient client in _clients)
        {
            client.Connect(hurried: true);
        }

        int before = -1;
        for (int round = 0; round < 1_000; round++)
        {
            _broker.Tick();
            foreach (SimulatedClient client in _clients)
            {
                client.Read();
                client.Answer(int.MaxValue);
            }

            _broker.Tick();
            int received = _clients.Sum(client => client.Received.Count);
            if (received == before && _clients.All(client => client.IsIdle))
            {
                return;
            }

            before = received;
        }

        Assert.Fail($"seed {_seed}: the clients do not come to rest");
    }

    private void Judge()
    {
        for (int i = 0; i < ClientCount; i++)
        {
            ILookup<(string, string), int> got = _clients[i].Received.ToLookup(
                entry => (entry.Topic, entry.Text), entry => entry.QoS);
            foreach ((int publisher, string topic, string text, int qos) in PublishedTo('t'))
            {
                int granted = _granted[i, topic[2] - '0'];
                int effective = Math.Min(qos, granted);
                int times = got[(topic, text)].Count();
                bool right = granted < 0 ? times == 0 : effective switch
                {
                    0 => times <= 1 || (granted == 0 && MayComeTwice(qos)),
                    1 => times >= 1,
                    _ => times == 1,
                };
                Assert.True(
                    right,
                    $"seed {_seed}: c{i} ({granted}) got {times} of {topic} {text.TrimEnd('.')} q{qos} c{publisher}");
                Assert.All(got[(topic, text)], received => Assert.Equal(effective, received));
            }

            JudgeOrder(i);
        }

        JudgeShared();
        Assert.Equal(0, _broker.Metrics.Dropped);
    }

    // To a subscriber of QoS 0: its publisher may have sent it twice, with QoS 2 only to a broker that died in between.
    private bool MayComeTwice(int qos) => qos == 1 || (qos == 2 && _store is not null);

    private IEnumerable<(int Publisher, string Topic, string Text, int QoS)> PublishedTo(char prefix) =>
        _published.Where(entry => entry.Topic[0] == prefix);

    // [MQTT-4.6.0-5] [MQTT-4.6.0-6] per publisher, topic and QoS; redeliveries may repeat, never overtake
    private void JudgeOrder(int i)
    {
        Dictionary<string, int> order = _published.Index().ToDictionary(entry => entry.Item.Text, entry => entry.Index);
        Dictionary<(int, string, int), int> last = [];
        HashSet<string> seen = [];
        foreach ((string topic, string text, int _) in _clients[i].Received.Where(entry => entry.Topic[0] == 't'))
        {
            int index = order[text];

            // At QoS 0 the first sending may have missed a client that the publisher's second one, later, reaches.
            bool mayComeLate = MayComeTwice(_published[index].QoS) && _granted[i, topic[2] - '0'] == 0;
            if (seen.Add(text) && !mayComeLate)
            {
                (int, string, int) key = (_published[index].Publisher, topic, _published[index].QoS);
                Assert.True(
                    !last.TryGetValue(key, out int before) || before < index,
                    $"seed {_seed}: c{i} got message {index} after {before}, {key}");
                last[key] = index;
            }
        }
    }

    private void JudgeShared()
    {
        ILookup<string, string> got = _clients
            .SelectMany(client => client.Received.Select(entry => (entry.Text, client.Identifier)))
            .ToLookup(entry => entry.Text, entry => entry.Identifier);
        foreach ((int publisher, string _, string text, int qos) in PublishedTo('s'))
        {
            int times = got[text].Count();
            Assert.True(
                qos == 1 ? times >= 1 : times == 1,
                $"seed {_seed}: the group ({string.Join(' ', got[text])}) got {times} of \"{text.TrimEnd('.')}\" "
                    + $"q{qos} from c{publisher}");
        }
    }

    // Every session ends, every retained message is cleared: no slab may be left anywhere.
    private void End()
    {
        foreach (SimulatedClient client in _clients)
        {
            _broker.Connect(client.Identifier).Disconnect();
        }

        TestClient cleaner = _broker.Connect("cleaner");
        for (int i = 0; i < 5; i++)
        {
            cleaner.Publish($"churn/{i}", "", retain: true);
        }

        cleaner.Disconnect();
        _broker.AdvanceSeconds(3); // lingering connections
        Assert.Equal((_seed, 0L), (_seed, _broker.RentedBytes));
        Assert.Equal(0, _broker.Metrics.Sessions);
        Assert.Equal(0, _broker.Metrics.ConnectionsOpen);
        Assert.Equal(0, _broker.State.Subscriptions.SubscriptionCount);
        Assert.Equal(0, _broker.Dispatchers.Sum(dispatcher => dispatcher.Connections.Count));
    }
}
