// The names of figures in a sample: those of the load tool, and those that are measured around it. Called by everything
// that reads or fills samples.
namespace FastMqtt.Compare.Running;

public static class FigureNames
{
    public const string Rate = "rate";
    public const string Messages = "msgs";
    public const string BrokerCpu = "broker_us_per_msg";
    public const string LoadCpu = "load_us_per_msg";
    public const string Median = "p50_us";
    public const string NinetyNine = "p99_us";
    public const string ThreeNines = "p999_us";
    public const string PeakResident = "peak_rss_kb";
    public const string ResidentAtStart = "rss_start_kb";
    public const string BytesPerConnection = "rss_bytes_per_conn";
    public const string BytesPerSubscription = "bytes_per_sub";
    public const string BytesPerRetained = "rss_bytes_per_retained";
    public const string BytesPerQueued = "rss_bytes_per_queued";
    public const string SubscribeRate = "subscribe_rate";
    public const string StoreRate = "store_rate";
    public const string QueueRate = "queue_rate";
    public const string RateLeft = "rate_left_pct";
    public const string NinetyNineAlone = "alone_p99_us";

    /// <summary>Rates; of CPU, time and memory less is better.</summary>
    public static bool IsMoreBetter(string figure) =>
        figure is Rate or SubscribeRate or StoreRate or QueueRate or RateLeft;
}
