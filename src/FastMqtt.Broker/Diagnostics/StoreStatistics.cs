// How the store does, as a host reads it. A snapshot like BrokerStatistics.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Diagnostics;

/// <summary>How the store does at one moment.</summary>
public readonly record struct StoreStatistics
{
    /// <summary>Transactions that were committed.</summary>
    public long Commits { get; init; }

    /// <summary>Bytes of changes that no transaction has taken yet.</summary>
    public long WaitingBytes { get; init; }

    /// <summary>Bytes of messages in memory that wait for their receivers in sessions that are stored.</summary>
    public long QueueBytes { get; init; }

    /// <summary>Whether the disk is so far behind that clients who give it work are not read.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Whether the disk fails at the moment.</summary>
    public bool IsFailing { get; init; }

    internal static StoreStatistics Of(BrokerState state)
    {
        long waiting = 0;
        long queued = 0;
        foreach (Dispatcher dispatcher in state.Dispatchers)
        {
            waiting += dispatcher.Journal!.OpenBytes;
            queued += dispatcher.Journal.QueueBytes;
        }

        return new StoreStatistics
        {
            Commits = state.Writer!.Commits,
            WaitingBytes = waiting,
            QueueBytes = queued,
            IsBehind = state.Writer.IsBehind,
            IsFailing = state.Writer.HasFailedFor(0),
        };
    }
}
