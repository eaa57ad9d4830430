// What survives the process: one interface, so that dispatchers, the writer and recovery know no SQL, and a test can
// stop the broker between any two commits. Used by one thread at a time: recovery before the dispatchers run, then the
// writer.

namespace FastMqtt.Broker.Persistence;

internal interface IStore : IDisposable
{
    /// <summary>
    /// A random number made with the store: the key of the hashes that must be the same in every run (the number that
    /// stands for a Client Identifier in stored messages).
    /// </summary>
    public ulong Key { get; }

    /// <summary>
    /// Tells the reader everything that is needed at start: sessions, their subscriptions, the heads of their segments,
    /// retained messages, and last the log in the order of its identifiers. Not the content of segments.
    /// </summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public void Recover(IStoreReader reader);

    /// <summary>
    /// Makes what is in all the batches durable, in one transaction: afterwards all of it survives a loss of power
    /// (or, without <paramref name="force"/>, the end of the process), or there was an exception and nothing changed.
    /// </summary>
    /// <exception cref="StoreException">The disk is full, fails, or may not be written.</exception>
    public void Commit(ReadOnlySpan<StoreBatch> batches, bool force);

    /// <summary>The content of a segment; null: there is none.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public byte[]? ReadSegment(long session, long firstSequence);

    /// <summary>Moves what was committed from the journal of the store to its file: a SIGUSR1, the end.</summary>
    /// <exception cref="StoreException">The disk is full, fails, or may not be written.</exception>
    public void Checkpoint();
}
