// A broker of the comparison through its whole life: a process that stays for all streams, so that what warms up stays
// warm, and one of its own for each load that needs it fresh. Both pause while others are measured. A broker that runs
// elsewhere is only reached. Owned by Comparison.
using FastMqtt.Compare.Configuration;

namespace FastMqtt.Compare.Brokers;

internal sealed class BrokerUnderTest(BrokerEntry entry, string folder) : IDisposable
{
    // The pinned pass: broker on the first core, generator on the second.
    private const int BrokerCore = 0;

    private BrokerProcess? _lasting;
    private BrokerProcess? _fresh;
    private bool _isPinned;

    public BrokerEntry Entry => entry;

    public string Name => entry.Name;

    public BrokerAddress Address =>
        entry.Address ?? Current?.Address ?? throw new InvalidOperationException($"{entry.Name} was not started");

    /// <summary>null for a broker that runs elsewhere.</summary>
    public int? ProcessId => Current?.ProcessId;

    public double? ResidentKibAtStart => Current?.ResidentKibAtStart;

    private BrokerProcess? Current => _fresh ?? _lasting;

    /// <summary>Makes it ready for a load; true when its process is new.</summary>
    /// <exception cref="BrokerException">It does not start or answer.</exception>
    public bool MakeReady(bool isFresh, bool isPinned, CancellationToken stop)
    {
        if (entry.Address is { } address)
        {
            return MqttProbe.Answers(address)
                ? false
                : throw new BrokerException($"{entry.Name} does not answer on {address}");
        }

        EndFresh();
        if (isFresh)
        {
            // Two processes cannot share a port that the configuration fixes.
            EndLasting(entry.Port is not null);
            _fresh = BrokerProcess.Start(entry, folder, CoreOf(isPinned), stop);
            return true;
        }

        EndLasting(_isPinned != isPinned || _lasting is { HasExited: true });
        if (_lasting is not null)
        {
            _lasting.Resume();
            return false;
        }

        _lasting = BrokerProcess.Start(entry, folder, CoreOf(isPinned), stop);
        _isPinned = isPinned;
        return true;
    }

    /// <summary>After a load: a fresh process has served its purpose, the lasting one waits.</summary>
    public void StandBack()
    {
        EndFresh();
        _lasting?.Pause();
    }

    /// <summary>After a load: null when the broker still answers, otherwise what became of it.</summary>
    public string? Loss()
    {
        if (MqttProbe.Answers(Address))
        {
            return null;
        }

        string loss = Current?.DescribeLoss() ?? "the broker no longer answers";
        Dispose();
        return loss;
    }

    public void Dispose()
    {
        EndFresh();
        EndLasting(isDue: true);
    }

    private static int? CoreOf(bool isPinned) => isPinned ? BrokerCore : null;

    private void EndFresh()
    {
        _fresh?.Dispose();
        _fresh = null;
    }

    private void EndLasting(bool isDue)
    {
        if (isDue)
        {
            _lasting?.Dispose();
            _lasting = null;
        }
    }
}
