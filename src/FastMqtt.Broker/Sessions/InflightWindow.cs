// Outgoing QoS 1 and 2 messages that are not acknowledged. The Packet Identifier is the index of the entry, so an
// acknowledgement is one array access. Three intrusive lists by index: published (in the order of first sending, which
// is the order of redelivery), released (in the order the PUBRECs came), and free. Free identifiers are reused first
// in, first out, so that a late duplicate of an acknowledgement meets a fresh message as rarely as possible.
// Written only by the owning dispatcher. Entry 0 is no packet identifier and ends the lists. [MQTT-2.2.1-4]

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;

namespace FastMqtt.Broker.Sessions;

internal sealed class InflightWindow
{
    private const int CapacityMin = 16;

    private InflightMessage[] _entries = [];
    private List _published;
    private List _released;
    private List _free;
    private ushort _resend;
    private int _outstanding;

    /// <summary>Entries in use.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Payload bytes that were sent on the present connection and that the client has not taken over: until PUBACK,
    /// or PUBREC.
    /// </summary>
    public long OutstandingBytes { get; private set; }

    /// <summary>Whether there are messages of an earlier connection to send again before any new one.</summary>
    public bool HasResend => _resend != 0;

    /// <summary>First released entry, 0 for none; walk with <see cref="InflightMessage.Next"/>.</summary>
    public ushort FirstReleased => _released.Head;

    /// <summary>First published entry, 0 for none.</summary>
    public ushort FirstPublished => _published.Head;

    public ref InflightMessage this[ushort packetIdentifier] => ref _entries[packetIdentifier];

    /// <summary>Messages that may be added now.</summary>
    public int Room(int window) => Math.Min(window - _outstanding, ushort.MaxValue - Count);

    public bool HasRoom(int window) => Room(window) > 0;

    /// <summary>Like <see cref="HasRoom"/>, for a message that has its identifier already.</summary>
    public bool MayResend(int window) => HasResend && (NextResend.CountsAgainstWindow || _outstanding < window);

    /// <summary>What <see cref="TakeResend"/> will take; <see cref="HasResend"/> must be true.</summary>
    public ref readonly InflightMessage NextResend => ref _entries[_resend];

    /// <summary>
    /// Takes over the caller's reference on the publication. The message is sent now, or stands behind what is to be
    /// sent again and goes when <see cref="TakeResend"/> comes to it.
    /// </summary>
    public ushort Add(
        Publication publication, in Delivery delivery, in StoredMessage stored = default, bool isHeld = false)
    {
        if (_free.Head == 0)
        {
            Grow();
        }

        ushort id = _free.Head;
        Unlink(ref _free, id);
        ref InflightMessage entry = ref _entries[id];
        entry.Publication = publication;
        entry.Delivery = delivery;
        entry.Stored = stored;
        entry.State = InflightState.Published;
        entry.CountsAgainstWindow = true;
        entry.IsFirst = isHeld;
        Append(ref _published, id);
        if (isHeld && _resend == 0)
        {
            _resend = id;
        }

        _outstanding++;
        OutstandingBytes += publication.PayloadBytes;
        Count++;
        return id;
    }

    public InflightState StateOf(ushort packetIdentifier) =>
        packetIdentifier < _entries.Length ? _entries[packetIdentifier].State : InflightState.Free;

    /// <summary>PUBREC arrived: the publication is the receiver's now. Returns it for release.</summary>
    public Publication Release(ushort packetIdentifier)
    {
        ref InflightMessage entry = ref _entries[packetIdentifier];
        SkipResend(packetIdentifier);
        Unlink(ref _published, packetIdentifier);
        Append(ref _released, packetIdentifier); // [MQTT-4.6.0-4] PUBRELs in the order of the PUBRECs
        Publication publication = entry.Publication!;
        OutstandingBytes -= entry.CountsAgainstWindow ? publication.PayloadBytes : 0;
        entry.Publication = null;
        entry.State = InflightState.Released;
        return publication;
    }

    /// <summary>The message is acknowledged or given up. Returns its publication, null when already released.</summary>
    public Publication? Complete(ushort packetIdentifier)
    {
        ref InflightMessage entry = ref _entries[packetIdentifier];
        if (entry.State == InflightState.Published)
        {
            SkipResend(packetIdentifier);
            Unlink(ref _published, packetIdentifier);
        }
        else
        {
            Unlink(ref _released, packetIdentifier);
        }

        if (entry.CountsAgainstWindow)
        {
            _outstanding--;
            OutstandingBytes -= entry.Publication?.PayloadBytes ?? 0;
        }

        Publication? publication = entry.Publication;
        entry = default;
        Append(ref _free, packetIdentifier);
        Count--;
        return publication;
    }

    /// <summary>
    /// A message of an earlier run of the broker, with the identifier it had. Takes over the reference.
    /// </summary>
    public void Restore(
        ushort packetIdentifier,
        Publication? publication,
        in Delivery delivery,
        in StoredMessage stored,
        InflightState state)
    {
        while (packetIdentifier >= _entries.Length)
        {
            Grow();
        }

        Unlink(ref _free, packetIdentifier);
        ref InflightMessage entry = ref _entries[packetIdentifier];
        entry.Publication = publication;
        entry.Delivery = delivery;
        entry.Stored = stored;
        entry.State = state;
        Append(ref state == InflightState.Published ? ref _published : ref _released, packetIdentifier);
        Count++;
    }

    /// <summary>
    /// A new connection: nothing counts against its window, everything published is to be sent again.
    /// </summary>
    public void BeginResend()
    {
        for (ushort id = _published.Head; id != 0; id = _entries[id].Next)
        {
            _entries[id].CountsAgainstWindow = false;
        }

        for (ushort id = _released.Head; id != 0; id = _entries[id].Next)
        {
            _entries[id].CountsAgainstWindow = false;
        }

        _outstanding = 0;
        OutstandingBytes = 0;
        _resend = _published.Head; // [MQTT-4.6.0-1] in the order of first sending
    }

    /// <summary>The next message to send again; <see cref="HasResend"/> must be true.</summary>
    public ushort TakeResend()
    {
        ushort id = _resend;
        ref InflightMessage entry = ref _entries[id];
        _resend = entry.Next;
        if (!entry.CountsAgainstWindow)
        {
            entry.CountsAgainstWindow = true;
            _outstanding++;
            OutstandingBytes += entry.Publication!.PayloadBytes;
        }

        return id;
    }

    private void SkipResend(ushort packetIdentifier)
    {
        if (_resend == packetIdentifier)
        {
            _resend = _entries[packetIdentifier].Next;
        }
    }

    private void Grow()
    {
        int before = Math.Max(_entries.Length, 1);
        Array.Resize(ref _entries, Math.Min(Math.Max(CapacityMin, _entries.Length * 2), ushort.MaxValue + 1));
        for (int id = before; id < _entries.Length; id++)
        {
            Append(ref _free, (ushort)id);
        }
    }

    private void Append(ref List list, ushort id)
    {
        ref InflightMessage entry = ref _entries[id];
        entry.Previous = list.Tail;
        entry.Next = 0;
        if (list.Tail == 0)
        {
            list.Head = id;
        }
        else
        {
            _entries[list.Tail].Next = id;
        }

        list.Tail = id;
    }

    private void Unlink(ref List list, ushort id)
    {
        ref InflightMessage entry = ref _entries[id];
        if (entry.Previous == 0)
        {
            list.Head = entry.Next;
        }
        else
        {
            _entries[entry.Previous].Next = entry.Next;
        }

        if (entry.Next == 0)
        {
            list.Tail = entry.Previous;
        }
        else
        {
            _entries[entry.Next].Previous = entry.Previous;
        }
    }

    private struct List
    {
        public ushort Head;
        public ushort Tail;
    }
}
