// All clients of a run, moved on by one thread: each turn reads what has arrived, lets publishers publish, subscribers
// acknowledge, and some of them come and go. Everything random comes from the seed; only the clock does not.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FastMqtt.Crash.Checks;
using FastMqtt.Crash.Clients;
using FastMqtt.Crash.Ledgers;

namespace FastMqtt.Crash.Rounds;

internal sealed class Fleet : IDisposable
{
    // Long enough for both cores to be busy with something else for a while.
    public static readonly TimeSpan DrainBound = TimeSpan.FromSeconds(20);

    // Nothing noted for this long: what is missing will not come.
    private static readonly TimeSpan StallBound = TimeSpan.FromSeconds(5);

    private const int BurstMax = 4;
    private const int WindowMax = 20;
    private const double RetainedShare = 0.15;
    private const double ChangeShare = 0.02;
    private const int OnlineMillisecondsMax = 800;
    private const int OfflineMillisecondsMax = 150;
    private static readonly TimeSpan TurnTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(50);

    private readonly Ledger _ledger;
    private readonly Clock _clock;
    private readonly Random _random;
    private readonly IPEndPoint _broker;
    private readonly Client[] _clients;
    private readonly int[] _windows;
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public Fleet(Ledger ledger, Clock clock, Random random, IPEndPoint broker)
    {
        _ledger = ledger;
        _clock = clock;
        _random = random;
        _broker = broker;
        Publishers = [.. ledger.Publishers.Select((_, index) => new Publisher(index, ledger, clock))];
        Subscribers = [.. ledger.Subscribers.Select(record => new Subscriber(record, ledger, clock))];
        _clients = [.. Publishers, .. Subscribers];
        _windows = [.. Publishers.Select(_ => random.Next(1, WindowMax + 1))];
    }

    public Publisher[] Publishers { get; }

    public Subscriber[] Subscribers { get; }

    public void Dispose()
    {
        foreach (Client client in _clients)
        {
            client.Dispose();
        }
    }

    // One turn of a load.
    public void Load()
    {
        foreach (Client client in _clients)
        {
            ComeOrGo(client);
        }

        for (int i = 0; i < Publishers.Length; i++)
        {
            Publish(Publishers[i], i, _windows[i]);
        }

        foreach (Subscriber subscriber in Subscribers)
        {
            subscriber.Acknowledge(_random.Next(BurstMax * Publishers.Length));
            if (_random.NextDouble() < ChangeShare)
            {
                subscriber.Change(_random);
            }
        }

        Turn();
    }

    // Connects who is not, publishes nothing, acknowledges everything, until nothing is owed. False: something
    // does not come.
    public bool Drain(TimeSpan bound, Func<bool> isBroken)
    {
        var check = new DeliveryCheck(_ledger);
        TimeSpan end = _watch.Elapsed + bound;
        TimeSpan nextCheck = TimeSpan.Zero;
        (long Order, TimeSpan At) progress = (_clock.Order, _watch.Elapsed);
        while (_watch.Elapsed < end && _watch.Elapsed < progress.At + StallBound && !isBroken())
        {
            Serve();
            progress = progress.Order == _clock.Order ? progress : (_clock.Order, _watch.Elapsed);
            if (_watch.Elapsed > nextCheck)
            {
                if (IsQuiet() && check.HasEverything())
                {
                    return true;
                }

                nextCheck = _watch.Elapsed + CheckInterval;
            }
        }

        return false;
    }

    // Goes on for a while: what comes too often comes now.
    public void Settle(TimeSpan time)
    {
        TimeSpan end = _watch.Elapsed + time;
        while (_watch.Elapsed < end)
        {
            Serve();
        }
    }

    // After a kill: what had arrived counts, then everybody is offline.
    public void ReadToTheEnd()
    {
        foreach (Client client in _clients)
        {
            client.Pump();
            if (!client.IsOffline)
            {
                client.Drop(politely: false);
            }

            client.ChangesAt = _watch.Elapsed + Milliseconds(OfflineMillisecondsMax);
        }
    }

    public void DropAll()
    {
        foreach (Client client in _clients.Where(client => !client.IsOffline))
        {
            client.Drop(_random.Next(2) == 0);
        }
    }

    // Reads, and waits a moment for more to read.
    public void Turn()
    {
        foreach (Client client in _clients)
        {
            client.Pump();
        }

        Socket[] sockets = [.. _clients.Where(client => client.Link is not null).Select(client => client.Link!.Socket)];
        if (sockets.Length > 0)
        {
            Socket.Select(sockets.ToList(), null, null, TurnTime);
        }
    }

    private void Serve()
    {
        foreach (Client client in _clients.Where(client => client.IsOffline))
        {
            client.Connect(_broker);
        }

        foreach (Subscriber subscriber in Subscribers)
        {
            subscriber.Acknowledge(int.MaxValue);
        }

        Turn();
    }

    private bool IsQuiet() =>
        Publishers.All(publisher => publisher.IsOnline && publisher.InFlightCount == 0)
        && Subscribers.All(subscriber => subscriber.IsSettled && subscriber.UnsentCount == 0);

    private void ComeOrGo(Client client)
    {
        if (_watch.Elapsed < client.ChangesAt)
        {
            return;
        }

        if (client.IsOffline)
        {
            client.Connect(_broker);
            client.ChangesAt = _watch.Elapsed + Milliseconds(OnlineMillisecondsMax);
        }
        else
        {
            client.Drop(_random.Next(2) == 0);

            // A subscriber stays away longer: its messages wait in the session.
            int most = client is Subscriber ? OfflineMillisecondsMax * 3 : OfflineMillisecondsMax;
            client.ChangesAt = _watch.Elapsed + Milliseconds(most);
        }
    }

    private void Publish(Publisher publisher, int index, int window)
    {
        int count = publisher.IsOnline ? Math.Min(_random.Next(BurstMax), window - publisher.InFlightCount) : 0;
        for (int i = 0; i < count; i++)
        {
            if (_random.NextDouble() < RetainedShare)
            {
                (string topic, QualityOfService qos) = Topics.ChooseRetained(index, _random);
                publisher.Publish(topic, qos, retain: true, Topics.ChooseSize(_random, mayClear: true), window);
            }
            else
            {
                QualityOfService qos = Topics.ChooseQoS(_random.Next(2));
                int size = Topics.ChooseSize(_random, mayClear: false);
                publisher.Publish(Topics.ChoosePlain(_random), qos, retain: false, size, window);
            }
        }
    }

    private TimeSpan Milliseconds(int most) => TimeSpan.FromMilliseconds(_random.Next(most + 1));
}
