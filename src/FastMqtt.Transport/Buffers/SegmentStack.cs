// The free output segments of one pool, last in, first out. An array for the reason given in SlabStack.

using System;
using System.Runtime.CompilerServices;

namespace FastMqtt.Transport.Buffers;

internal struct SegmentStack
{
    private const int FirstSlots = 16;

    private readonly int _countMax;
    private OutputSegment[] _slots;
    private int _count;

    public SegmentStack(int countMax)
    {
        _countMax = countMax;
        _slots = [];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public OutputSegment Pop()
    {
        OutputSegment[] slots = _slots;
        int top = _count - 1;
        if ((uint)top >= (uint)slots.Length)
        {
            return new OutputSegment();
        }

        _count = top;
        return slots[top];
    }

    public void Push(OutputSegment segment)
    {
        if (_count == _slots.Length)
        {
            if (_count >= _countMax)
            {
                return;
            }

            Array.Resize(ref _slots, Math.Min(_countMax, Math.Max(FirstSlots, 2 * _count)));
        }

        ref OutputSegment slot = ref _slots[_count];
        if (!ReferenceEquals(slot, segment))
        {
            slot = segment;
        }

        _count++;
    }
}
