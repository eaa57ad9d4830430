// What a dispatcher has for the next transaction. Filled by the dispatcher; from the moment it is posted it is the
// writer's, which encodes it (so that copying costs the dispatcher nothing), commits it, lets go of what it holds, and
// sends it home by the dispatcher's inbox.

using System.Runtime.InteropServices;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Persistence;

internal sealed class JournalBatch(Journal home) : StoreBatch
{
    /// <summary>Bytes of a message's entry, its publication's object and slab beside what is in it.</summary>
    private const int EntryBytes = 192;

    private readonly RecordWriter _content = new();
    private readonly RecordWriter _events = new();
    private readonly RecordWriter _kept = new();
    private readonly Dictionary<Publication, int> _indexes = new(ReferenceEqualityComparer.Instance);
    private readonly List<Publication> _messages = [];
    private readonly HashSet<Publication> _retained = new(ReferenceEqualityComparer.Instance);
    private readonly JournalEntries _entries = new();
    private int _eventCount;
    private bool _isSealed;

    /// <summary>Goes to the dispatcher's inbox when the batch is committed.</summary>
    public InboxItem Notice { get; } = new Command(_ => home.OnCommitted());

    public Journal Home { get; } = home;

    /// <summary>Its place among the batches of its dispatcher, from 1.</summary>
    public long Number { get; set; }

    /// <summary>Segments whose content is in it.</summary>
    public List<QueueSegment> Segments { get; } = [];

    /// <summary>The last pledge that is wholly in it.</summary>
    public long LastPledge { get; set; }

    /// <summary>Bytes it keeps in memory, about.</summary>
    public long Bytes { get; private set; }

    /// <summary>Somebody waits for it, or it holds what must not wait long.</summary>
    public bool IsUrgent { get; set; }

    public bool IsEmpty => _entries.Count == 0 && _eventCount == 0 && Operations.IsEmpty;

    /// <summary>Bytes of its entry in the log, once it is sealed.</summary>
    public int LogBytes => _content.Length;

    /// <summary>Pledge of the oldest message in it; 0: there is none.</summary>
    public long OldestPledge => _entries.Count == 0 ? 0 : _entries.Oldest.Pledge;

    public ref JournalEntry this[int entry] => ref _entries[entry];

    /// <summary>Takes over a reference of the publication.</summary>
    public int Add(in JournalEntry entry)
    {
        Bytes += EntryBytes + entry.Publication!.Bytes;
        return _entries.Add(in entry);
    }

    /// <summary>A message needs no writing any more; its reference goes to the caller.</summary>
    public Publication Cancel(int entry)
    {
        Publication publication = _entries.Cancel(entry);
        Bytes -= EntryBytes + publication.Bytes;
        return publication;
    }

    public void AddEvent(LogEvent kind, long session, long value)
    {
        _events.Byte((byte)kind);
        _events.Number(session);
        _events.Number(value);
        _eventCount++;
        Bytes += 16;
    }

    public void AddEvent(LogEvent kind, long session, long value, ushort packetIdentifier)
    {
        AddEvent(kind, session, value);
        _events.Number(packetIdentifier);
    }

    /// <summary>A message that only some of its receivers have: an entry of the log of its own.</summary>
    public void AddHalf(HalfDelivered.Receivers receivers)
    {
        foreach (long session in receivers.Sessions)
        {
            AddEvent(LogEvent.HalfDelivered, session, receivers.Exchange.Value);
            _events.Number(receivers.Exchange.Session);
        }

        foreach ((long session, SharedGroup group) in receivers.Groups)
        {
            AddEvent(LogEvent.HalfShared, session, receivers.Exchange.Value);
            _events.Number(receivers.Exchange.Session);
            _events.Bytes(group.Name);
            _events.Bytes(group.Chain.Filter);
        }
    }

    /// <summary>A copy of these bytes that is there until the batch is cleared.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        _kept.Raw(bytes);
        return _kept.Memory[^bytes.Length..];
    }

    /// <summary>Bytes of rows that lie in memory until the batch is committed.</summary>
    public void AddBytes(long bytes) => Bytes += bytes;

    /// <summary>Encodes it and finds out what is retained now. On the writer's thread, once.</summary>
    public void Seal(BrokerState shared, PublicationPool pool)
    {
        if (_isSealed)
        {
            return; // tried before
        }

        _isSealed = true;
        SealRetained(shared, pool);
        _content.Clear(Limits.StoreBufferKept);
        if (_entries.Count > 0 || _eventCount > 0)
        {
            WriteMessages(shared);
            WriteDeliveries();
            _content.Number(_eventCount);
            _content.Raw(_events.Written);
            _content.Seal();
            Log = _content.Memory;
        }
    }

    /// <summary>Lets go of everything. On the writer's thread, after the commit.</summary>
    public void Release(PublicationPool pool)
    {
        foreach (ref readonly JournalEntry entry in _entries)
        {
            pool.Release(entry.Publication!);
        }

        foreach (ref readonly StoreOperation operation in Operations)
        {
            if (operation.Publication is { } publication)
            {
                pool.Release(publication);
            }
        }
    }

    /// <summary>To be filled again.</summary>
    public override void Clear()
    {
        base.Clear();
        _entries.Clear();
        _eventCount = 0;
        _events.Clear(Limits.StoreBufferKept);
        _kept.Clear(Limits.StoreBufferKept);
        _content.Clear(Limits.StoreBufferKept);
        Segments.Clear();
        Bytes = 0;
        IsUrgent = false;
        _isSealed = false;
    }

    // Several dispatchers may set one topic: whoever commits writes what is retained at that moment, so the last one
    // that was set is the last one that is written, whatever the order of the batches.
    private void SealRetained(BrokerState shared, PublicationPool pool)
    {
        Span<StoreOperation> operations = OperationsToSeal;
        for (int i = operations.Length - 1; i >= 0; i--)
        {
            ref StoreOperation operation = ref operations[i];
            if (operation.Kind != StoreOperationKind.PutRetained)
            {
                continue;
            }

            Publication named = operation.Publication!;
            Publication? current = shared.Retained.Find(named.Topic);
            if (current is null)
            {
                operation.Kind = StoreOperationKind.DeleteRetained;
                operation.Topic = named.Topic.ToArray();
                operation.Publication = null;
            }
            else
            {
                operation.Publication = current;
                operation.Number = current.ExpiresAtMilliseconds == long.MaxValue
                    ? 0
                    : shared.ToUnix(current.ExpiresAtMilliseconds);
                operation.Kind = _retained.Add(current) ? operation.Kind : StoreOperationKind.Nothing;
            }

            pool.Release(named);
        }

        _retained.Clear();
    }

    private void WriteMessages(BrokerState shared)
    {
        foreach (ref readonly JournalEntry entry in _entries)
        {
            Publication publication = entry.Publication!;
            ref int index = ref CollectionsMarshal.GetValueRefOrAddDefault(_indexes, publication, out bool known);
            if (!known)
            {
                index = _messages.Count;
                _messages.Add(publication);
            }
        }

        _content.Number(_messages.Count);
        foreach (Publication message in _messages)
        {
            MessageCodec.Write(_content, message, shared);
        }
    }

    private void WriteDeliveries()
    {
        _content.Number(_entries.Count);
        foreach (ref readonly JournalEntry entry in _entries)
        {
            _content.Number(_indexes[entry.Publication!]);
            _content.Number(entry.Session.Id);
            _content.Number(entry.Sequence);
            _content.Number(entry.PacketIdentifier);
            MessageCodec.Write(_content, entry.Delivery);
            WriteOrigin(entry.Origin);
        }

        _indexes.Clear();
        _messages.Clear();
    }

    private void WriteOrigin(MessageOrigin origin)
    {
        _content.Byte((byte)origin.Kind);
        if (origin.Had is { } had)
        {
            _content.Number(had.Length);
            foreach (MessagePlace place in had)
            {
                _content.Number(place.Session);
                _content.Number(place.Sequence);
            }
        }
    }
}
