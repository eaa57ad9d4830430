// What one dispatcher wants made durable together: changes to rows in their order, and one entry of the log.

using System.Runtime.InteropServices;

namespace FastMqtt.Broker.Persistence;

internal class StoreBatch
{
    private readonly List<StoreOperation> _operations = [];

    /// <summary>Identifier of its entry in the log.</summary>
    public long LogId { get; set; }

    /// <summary>Content of its entry in the log; empty: it has none.</summary>
    public ReadOnlyMemory<byte> Log { get; set; }

    public ReadOnlySpan<StoreOperation> Operations => CollectionsMarshal.AsSpan(_operations);

    /// <summary>For who makes the batch: what is to be decided when it is committed.</summary>
    protected Span<StoreOperation> OperationsToSeal => CollectionsMarshal.AsSpan(_operations);

    public void Add(in StoreOperation operation) => _operations.Add(operation);

    public virtual void Clear()
    {
        _operations.Clear();
        Log = default;
        LogId = 0;
    }
}
