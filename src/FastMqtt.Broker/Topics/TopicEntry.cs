// Something found by bytes in a TopicTable: a chain by its filter, a tree node by its level. Names of up to 30 bytes
// lie inside the object (an array of their own would cost 24 bytes more each); longer ones in an array.
// The name never changes, so that readers on any thread may compare it without care. Made by writers only.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastMqtt.Broker.Topics;

internal abstract class TopicEntry
{
    // 30: with the length the name fills four words, and a chain is exactly 64 bytes.
    private const int InlineBytes = 30;

    // A long name's bytes; or, in a chain with more than one subscriber, the body, which then keeps those bytes.
    private object? _extra;
    private readonly ushort _length;
    private readonly InlineName _inline;

    protected TopicEntry(ReadOnlySpan<byte> name)
    {
        _length = checked((ushort)name.Length);
        if (name.Length <= InlineBytes)
        {
            name.CopyTo(_inline);
        }
        else
        {
            _extra = name.ToArray();
        }
    }

    public ReadOnlySpan<byte> Name => _length <= InlineBytes
        ? MemoryMarshal.CreateReadOnlySpan(in Unsafe.As<InlineName, byte>(ref Unsafe.AsRef(in _inline)), _length)
        : LongName;

    // The body of a chain, null while there is none. Written under the index lock, read by everybody.
    protected ChainBody? Body
    {
        get => Volatile.Read(ref _extra) as ChainBody;
        set => Volatile.Write(ref _extra, value is not null ? value : HasLongName ? LongName : null);
    }

    protected byte[] LongName => Volatile.Read(ref _extra) is ChainBody body
        ? body.LongName!
        : Unsafe.As<byte[]>(_extra!);

    protected bool HasLongName => _length > InlineBytes;

    [InlineArray(InlineBytes)]
    private struct InlineName
    {
        private byte _first;
    }
}
