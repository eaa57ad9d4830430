// The Packet Identifiers of one publisher: which are in use, and which acknowledgement each waits for. Identifiers go
// round in a ring only a few times larger than what may be outstanding, so that its states stay in the cache.
using System.Numerics;

namespace FastMqtt.Bench.Engine;

internal sealed class IdentifierRing
{
    // Room to walk over identifiers that a broker acknowledges out of order.
    private const int Spare = 4;
    private const int IdentifiersMax = 65_535;

    private readonly AcknowledgementState[] _states;
    private int _next;

    public IdentifierRing(int inFlightMax)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)inFlightMax) * Spare;
        _states = new AcknowledgementState[Math.Min(size, IdentifiersMax)];
    }

    /// <summary>The next free identifier, which from now on waits for its first acknowledgement.</summary>
    public ushort Take(AcknowledgementState state)
    {
        AcknowledgementState[] states = _states;
        int index = _next;
        while (states[index] != AcknowledgementState.Free)
        {
            index = index + 1 < states.Length ? index + 1 : 0;
        }

        states[index] = state;
        _next = index + 1 < states.Length ? index + 1 : 0;
        return (ushort)(index + 1);
    }

    /// <summary>Moves an identifier on; false when it was not in the state that this acknowledgement answers.</summary>
    public bool TryMove(ushort identifier, AcknowledgementState from, AcknowledgementState to)
    {
        int index = identifier - 1;
        if ((uint)index >= (uint)_states.Length || _states[index] != from)
        {
            return false;
        }

        _states[index] = to;
        return true;
    }
}
