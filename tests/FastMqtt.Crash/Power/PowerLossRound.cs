// A load on one broker whose changes of the disk are recorded, then many losses of power: for each, the directory as
// a disk could have it is built, a broker starts on it, and clients go on from what they knew at that moment.
using System.Diagnostics;
using FastMqtt.Crash.Brokers;
using FastMqtt.Crash.Checks;
using FastMqtt.Crash.Clients;
using FastMqtt.Crash.Ledgers;
using FastMqtt.Crash.Rounds;

namespace FastMqtt.Crash.Power;

internal sealed class PowerLossRound : IDisposable
{
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan FreezeBound = TimeSpan.FromSeconds(1);

    // Behind every note of the recorded load.
    private const long CutOrder = 1L << 40;

    private readonly CrashOptions _options;
    private readonly string _root;
    private readonly Random _random;
    private readonly RoundResult _result;
    private readonly Ledger _ledger;
    private readonly Shim _shim;
    private TimeSpan _longestStart;
    private int _failedCuts;

    public PowerLossRound(CrashOptions options, int seed, string root)
    {
        _options = options;
        _root = root;
        _random = new Random(seed);
        _result = new RoundResult { Seed = seed, Root = root };
        _ledger = FleetPlan.Create(_random);
        _shim = new Shim(root);
    }

    public void Dispose() => _shim.Dispose();

    public RoundResult Run()
    {
        List<Change> changes = Record();
        foreach (Cut cut in Cut.Choose(changes, _options.Cuts, _random))
        {
            CheckCut(changes, cut);
        }

        _result.Figures = $"{_ledger.Messages.Count} published, {_ledger.AcknowledgedCount} acknowledged, "
            + $"{changes.Count} changes, {_shim.Syncs} syncs, {_options.Cuts} cuts, {_failedCuts} of them failed, "
            + $"longest start {_longestStart.TotalMilliseconds:F0} ms";
        return _result;
    }

    private List<Change> Record()
    {
        BrokerSettings settings = Settings(Path.Combine(_root, "recorded"));
        settings = settings with { Environment = _shim.Environment(settings.Store, withJournal: true) };
        settings.Write();
        using BrokerProcess broker = BrokerProcess.Start(settings);
        if (!broker.WaitUntilReady(StartBound))
        {
            _result.Complaints.Add("broker", $"does not start; its log is {settings.LogPath}");
            return [];
        }

        using var fleet = new Fleet(_ledger, new Clock(() => _shim.Records), _random, settings.EndPoint);
        Load(fleet, broker, TimeSpan.FromSeconds(_options.Seconds));

        // A change that was made and not recorded yet, when the broker is killed, would be missing in the journal.
        _shim.Freeze();
        Load(fleet, broker, FreezeBound);
        broker.Kill();
        fleet.ReadToTheEnd();
        List<Change> changes = Journal.Read(_shim.JournalPath);
        _result.Complaints.Add("protocol", _ledger.Complaints);
        _result.Complaints.Add("log", broker.Damage());
        _result.Complaints.Add(
            "journal", DirectoryComparison.Differences(changes, settings.Store, Path.Combine(_root, "scratch")));
        if (changes.Count == 0)
        {
            _result.Complaints.Add("journal", "nothing was recorded: is the broker a dynamic one, and persistent?");
        }

        return changes;
    }

    // Until the time is over, or the disk is frozen.
    private void Load(Fleet fleet, BrokerProcess broker, TimeSpan time)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < time && !broker.HasFailed && !_shim.IsFrozen)
        {
            fleet.Load();
        }
    }

    private void CheckCut(List<Change> changes, Cut cut)
    {
        BrokerSettings settings = Settings(Path.Combine(_root, $"cut-{cut.Changes}-{cut.Survival}-{cut.Seed}"));
        settings.Write();
        new DiskImage(changes, cut).WriteTo(settings.Store);
        var complaints = new Complaints();
        using (BrokerProcess broker = BrokerProcess.Start(settings))
        {
            if (broker.WaitUntilReady(StartBound))
            {
                Continue(broker, settings, _ledger.Cut(cut.Changes), complaints);
            }
            else
            {
                complaints.Add("broker", "does not start");
            }

            broker.Kill();
            complaints.Add("log", broker.Damage());
        }

        if (complaints.IsEmpty)
        {
            Directory.Delete(settings.Root, recursive: true);
            return;
        }

        _failedCuts++;

        // The directory as the disk had it, beside what the broker has made of it.
        new DiskImage(changes, cut).WriteTo(Path.Combine(settings.Root, "image"));
        _result.Complaints.Add($"{cut}", complaints.Lines());
    }

    private void Continue(BrokerProcess broker, BrokerSettings settings, Ledger ledger, Complaints complaints)
    {
        _longestStart = broker.Age > _longestStart ? broker.Age : _longestStart;
        RetainedCheck.Run(ledger, RetainedReader.Read(settings.EndPoint, Topics.RetainedFilter), complaints);
        using var fleet = new Fleet(ledger, new Clock(CutOrder), _random, settings.EndPoint);
        if (!fleet.Drain(Fleet.DrainBound, () => broker.HasFailed))
        {
            string why = broker.HasFailed ? "the broker ended by itself" : "nothing more comes";
            complaints.Add("not everything came", why);
        }

        fleet.Settle(SettleTime);
        RetainedCheck.Run(ledger, RetainedReader.Read(settings.EndPoint, Topics.RetainedFilter), complaints);
        new DeliveryCheck(ledger).Run(complaints);
        complaints.Add("protocol", ledger.Complaints);
    }

    private BrokerSettings Settings(string root) => new()
    {
        Command = _options.Broker,
        Root = Directory.CreateDirectory(root).FullName,
        EndPoint = FreePort.Choose(),
        Persistence = _options.Persistence,
        Dispatchers = 1,
        Lines = _options.Lines,
    };
}
