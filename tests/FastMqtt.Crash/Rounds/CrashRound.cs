// A round: load, kills at random moments, restarts, and at the end everything drains, the broker dies once more, and
// the ledger is compared with what came.
using System.Diagnostics;
using FastMqtt.Crash.Brokers;
using FastMqtt.Crash.Checks;
using FastMqtt.Crash.Clients;
using FastMqtt.Crash.Ledgers;

namespace FastMqtt.Crash.Rounds;

internal sealed class CrashRound : IDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(250);
    private const double KillAtStartShare = 0.3;
    private const int DispatchersMax = 2;

    private readonly CrashOptions _options;
    private readonly BrokerSettings _settings;
    private readonly Random _random;
    private readonly Ledger _ledger;
    private readonly Fleet _fleet;
    private readonly RoundResult _result;
    private BrokerProcess? _broker;
    private TimeSpan _longestStart;
    private int _kills;

    public CrashRound(CrashOptions options, int seed, string root)
    {
        _options = options;
        _random = new Random(seed);
        _result = new RoundResult { Seed = seed, Root = root };
        _settings = new BrokerSettings
        {
            Command = options.Broker,
            Root = root,
            EndPoint = FreePort.Choose(),
            Persistence = options.Persistence,
            Dispatchers = _random.Next(1, DispatchersMax + 1),
            Lines = options.Lines,
        };
        _ledger = FleetPlan.Create(_random);
        _fleet = new Fleet(_ledger, new Clock(), _random, _settings.EndPoint);
    }

    public RoundResult Run()
    {
        _settings.Write();
        bool runs = Start() && Load() && Drain("the load") && Restart() && Drain("the last restart");
        _fleet.Settle(SettleTime);
        if (runs)
        {
            CheckRetained();
        }

        _broker?.Kill();
        CheckLog();
        new DeliveryCheck(_ledger).Run(_result.Complaints);
        _result.Complaints.Add("protocol", _ledger.Complaints);
        _result.Figures = $"{_ledger.Messages.Count} published, {_ledger.AcknowledgedCount} acknowledged, "
            + $"{_ledger.DeliveredCount} delivered, {_kills} kills, "
            + $"longest restart {_longestStart.TotalMilliseconds:F0} ms";
        return _result;
    }

    public void Dispose()
    {
        _fleet.Dispose();
        _broker?.Dispose();
    }

    private bool Load()
    {
        double[] killsAt =
            [.. Enumerable.Range(0, _options.Kills).Select(_ => _random.NextDouble() * _options.Seconds)];
        Array.Sort(killsAt);
        double loaded = 0;
        foreach (double end in killsAt.Append(_options.Seconds))
        {
            long started = Stopwatch.GetTimestamp();
            while (loaded + Stopwatch.GetElapsedTime(started).TotalSeconds < end)
            {
                _fleet.Load();
                if (_broker!.HasFailed)
                {
                    _result.Complaints.Add("broker", "ended by itself under load");
                    return false;
                }
            }

            loaded = end;
            if (end < _options.Seconds && !Restart())
            {
                return false;
            }
        }

        return true;
    }

    private bool Drain(string after)
    {
        if (_fleet.Drain(Fleet.DrainBound, () => _broker!.HasFailed))
        {
            return true;
        }

        string why = _broker!.HasFailed ? "the broker ended by itself" : "nothing more comes";
        _result.Complaints.Add("not everything came", $"after {after}: {why}");
        return false;
    }

    // The broker dies, some of the time once more while it starts. Without kills the connections end.
    private bool Restart()
    {
        if (_options.Kills == 0)
        {
            _fleet.DropAll();
            return true;
        }

        Kill();
        _fleet.ReadToTheEnd();
        if (_random.NextDouble() < KillAtStartShare)
        {
            _broker = BrokerProcess.Start(_settings);
            _broker.RunFor(_longestStart * _random.NextDouble());
            if (_broker.HasFailed)
            {
                _result.Complaints.Add("broker", "ended by itself while it started");
                return false;
            }

            Kill();
        }

        return Start() && CheckRetained();
    }

    private void Kill()
    {
        _kills++;
        _broker!.Kill();
        if (_broker.HasFailed)
        {
            _result.Complaints.Add("broker", "ended by itself before it was killed");
        }

        CheckLog();
        _broker.Dispose();
        _broker = null;
    }

    private bool Start()
    {
        _broker = BrokerProcess.Start(_settings);
        if (!_broker.WaitUntilReady(StartBound))
        {
            string how = _broker.HasFailed ? "it ended" : $"not within {StartBound.TotalSeconds} s";
            _result.Complaints.Add("broker", $"does not start: {how}; its log is {_settings.LogPath}");
            return false;
        }

        _longestStart = _broker.Age > _longestStart ? _broker.Age : _longestStart;
        return true;
    }

    private bool CheckRetained()
    {
        Dictionary<string, byte[]>? found = RetainedReader.Read(_settings.EndPoint, Topics.RetainedFilter);
        RetainedCheck.Run(_ledger, found, _result.Complaints);
        return found is not null;
    }

    private void CheckLog()
    {
        if (_broker is not null)
        {
            _result.Complaints.Add("log", _broker.Damage());
        }
    }
}
