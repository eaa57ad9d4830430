// How the broker's memory grows over a part of a run. Nothing is reported of an unknown process.
namespace FastMqtt.Bench.Report;

internal sealed class MemorySpan
{
    private const double BytesPerKilobyte = 1024;

    private readonly BrokerMeter _broker;
    private readonly long _residentBefore;
    private readonly long _proportionalBefore;
    private long _residentAfter;
    private long _proportionalAfter;

    public MemorySpan(BrokerMeter broker)
    {
        _broker = broker;
        _residentBefore = broker.ResidentKilobytes;
        _proportionalBefore = broker.ProportionalKilobytes;
    }

    public void End()
    {
        _residentAfter = _broker.ResidentKilobytes;
        _proportionalAfter = _broker.ProportionalKilobytes;
    }

    /// <summary>Bytes of each of so many connections, subscriptions or whatever came in between.</summary>
    public double BytesEach(double count) => (_residentAfter - _residentBefore) * BytesPerKilobyte / count;

    public void AddTo(LoadReport report, double count, string unit)
    {
        if (!_broker.IsKnown)
        {
            return;
        }

        report.Add("rss_before_kb", _residentBefore);
        report.Add("rss_after_kb", _residentAfter);
        report.Add("rss_delta_kb", _residentAfter - _residentBefore);
        string name = unit == "sub" ? "bytes_per_sub" : "rss_bytes_per_" + unit;
        report.Add(name, BytesEach(count), 0);
        double proportional = (_proportionalAfter - _proportionalBefore) * BytesPerKilobyte;
        report.Add("pss_bytes_per_" + unit, proportional / count, 0);
    }
}
