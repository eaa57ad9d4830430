// CPU of the broker and of this process over a part of a run: started once, ended once, then reported per message.
namespace FastMqtt.Bench.Report;

internal sealed class CpuSpan
{
    private const double MicrosecondsPerSecond = 1e6;
    private const double Percent = 100;

    private readonly BrokerMeter _broker;
    private readonly CpuReading _brokerStart;
    private readonly double _ownStart;

    public CpuSpan(BrokerMeter broker)
    {
        _broker = broker;
        _brokerStart = broker.ReadCpu();
        _ownStart = OwnMicroseconds;
    }

    public double BrokerMicroseconds { get; private set; }

    public double LoadMicroseconds { get; private set; }

    private static double OwnMicroseconds => Environment.CpuUsage.TotalTime.TotalMicroseconds;

    public CpuSpan End()
    {
        LoadMicroseconds = OwnMicroseconds - _ownStart;
        BrokerMicroseconds = BrokerMeter.Difference(_brokerStart, _broker.ReadCpu());
        return this;
    }

    /// <summary>Without a known process nothing is said about the broker.</summary>
    public void AddTo(LoadReport report, double seconds, double messages)
    {
        if (_broker.IsKnown)
        {
            report.Add("broker_us_per_msg", BrokerMicroseconds / messages, 3);
            report.Add("broker_cpu_pct", BrokerMicroseconds / seconds / MicrosecondsPerSecond * Percent, 1);
        }

        report.Add("load_us_per_msg", LoadMicroseconds / messages, 3);
        report.Add("load_cpu_pct", LoadMicroseconds / seconds / MicrosecondsPerSecond * Percent, 1);
        if (_broker.IsKnown)
        {
            report.Add("peak_rss_kb", _broker.PeakKilobytes);
        }
    }
}
