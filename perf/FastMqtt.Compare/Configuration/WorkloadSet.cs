// When a workload runs. Each set holds the ones before it.
namespace FastMqtt.Compare.Configuration;

public enum WorkloadSet
{
    /// <summary>In every run.</summary>
    Quick,

    /// <summary>In `make bench`.</summary>
    Full,

    /// <summary>Only with --long or when it is named: takes long, much memory or many descriptors.</summary>
    Long,
}
