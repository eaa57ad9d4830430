// Replies to one client that wait for the disk, in their order: bytes, and behind which pledge each stretch of them
// stands. A reply that has nothing to wait for waits behind those that have. [MQTT-4.6.0-2] [MQTT-4.6.0-3]

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Persistence;

internal sealed class HeldReplies
{
    private const int CapacityMin = 64;

    private readonly Queue<Stretch> _stretches = new();
    private byte[] _bytes = new byte[CapacityMin];
    private int _start;
    private int _end;
    private long _lastPledge;
    private int _lastBytes;

    /// <summary>Whether a reply must wait, if only for those before it.</summary>
    public bool IsHolding => _end > _start;

    /// <summary>The CONNACK is among them.</summary>
    public bool HasConnack { get; set; }

    /// <summary>Contiguous space behind what is held.</summary>
    public Span<byte> GetRoom(int size)
    {
        if (_bytes.Length - _end < size)
        {
            MakeRoom(size);
        }

        return _bytes.AsSpan(_end);
    }

    /// <summary>So many bytes were written there.</summary>
    /// <param name="client">Whose they are.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="pledge">What they wait for; 0: for those before them.</param>
    /// <param name="pledges">Where it is counted.</param>
    public void Advance(Client client, int bytes, long pledge, Pledges pledges)
    {
        _end += bytes;
        if (pledge == 0 || pledge == _lastPledge)
        {
            _lastBytes += bytes;
            return;
        }

        CloseStretch();
        _lastPledge = pledge;
        _lastBytes = bytes;
        pledges.Wait(pledge, client);
    }

    /// <summary>Moves what waits no more into the client's output.</summary>
    public void Release(Dispatcher dispatcher, Client client)
    {
        Pledges pledges = dispatcher.Journal!.Pledges;
        int released = 0;
        while (_stretches.TryPeek(out Stretch stretch) && pledges.IsKept(stretch.Pledge))
        {
            released += stretch.Bytes;
            _stretches.Dequeue();
        }

        if (_stretches.Count == 0 && _lastBytes > 0 && pledges.IsKept(_lastPledge))
        {
            released += _lastBytes;
            _lastBytes = 0;
            _lastPledge = 0;
        }

        if (released > 0 && client.State == ClientState.Connected)
        {
            Send(dispatcher, client, released);
            if (_lastBytes > 0)
            {
                // What is first now may have been kept and got more since: whoever waited for it was told then.
                pledges.Wait(_stretches.TryPeek(out Stretch first) ? first.Pledge : _lastPledge, client);
            }
        }
    }

    private void Send(Dispatcher dispatcher, Client client, int bytes)
    {
        _bytes.AsSpan(_start, bytes).CopyTo(client.Connection.GetOutput(bytes, dispatcher.Slabs));
        client.Connection.Advance(bytes);
        _start += bytes;
        if (_start == _end)
        {
            _start = 0;
            _end = 0;
            if (_bytes.Length > Limits.HeldBytesKept)
            {
                _bytes = new byte[CapacityMin];
            }
        }

        dispatcher.MarkDirty(client, bytes);
        if (HasConnack)
        {
            HasConnack = false;
            dispatcher.Backlog.BeginResend(client.Session!, client);
        }
    }

    private void CloseStretch()
    {
        if (_lastBytes > 0)
        {
            _stretches.Enqueue(new Stretch(_lastPledge, _lastBytes));
        }
    }

    private void MakeRoom(int size)
    {
        int held = _end - _start;
        byte[] target = _bytes;
        if (_bytes.Length < 2 * (held + size))
        {
            target = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(2 * (held + size)))];
        }

        _bytes.AsSpan(_start, held).CopyTo(target);
        _bytes = target;
        _start = 0;
        _end = held;
    }

    private readonly record struct Stretch(long Pledge, int Bytes);
}
