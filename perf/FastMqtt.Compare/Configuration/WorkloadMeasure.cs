// Which tables a workload stands in. All are in the table of CPU, and those with figures about memory in that one.
namespace FastMqtt.Compare.Configuration;

public enum WorkloadMeasure
{
    /// <summary>As fast as it goes: the rate counts; a message's time on the way is that of the queue.</summary>
    Throughput,

    /// <summary>At a given rate: the time on the way counts.</summary>
    Latency,

    /// <summary>A small window: both.</summary>
    Both,

    /// <summary>What is kept for each connection: neither.</summary>
    Memory,
}
