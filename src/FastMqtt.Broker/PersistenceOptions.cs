// What an operator may choose about what survives the process.

namespace FastMqtt.Broker;

/// <summary>When an acknowledgement may leave.</summary>
public enum Durability
{
    /// <summary>After what it promises is on the disk: nothing acknowledged is lost when the power fails.</summary>
    Commit,

    /// <summary>At once; what has changed is put on the disk every <see cref="PersistenceOptions.Interval"/>.</summary>
    Interval,

    /// <summary>
    /// At once; what has changed is written every second and never forced to the disk. It survives the end of the
    /// process, not a loss of power.
    /// </summary>
    Off,
}

/// <summary>Where and when sessions, queues and retained messages are saved.</summary>
public sealed record PersistenceOptions
{
    /// <summary>The file; its directory must exist and be writable. Journals lie beside it.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>When an acknowledgement may leave.</summary>
    public Durability Durability { get; set; } = Durability.Commit;

    /// <summary>Time between two commits with <see cref="Durability.Interval"/>.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Bytes of waiting messages that all sessions together keep in memory; what is more waits on the disk alone.
    /// </summary>
    public long QueueMemoryBytes { get; set; } = Limits.QueueMemoryBytes;

    /// <summary>Database of Mosquitto that a store begins with when its file does not exist yet; null: none.</summary>
    public string? ImportFrom { get; set; }
}
