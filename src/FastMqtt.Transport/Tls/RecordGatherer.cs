// Cuts what is to be sent into records of TLS: a record and a system call for each small packet is what makes a broker
// slow over TLS. Called by TlsStream.

using System;
using System.Runtime.CompilerServices;

namespace FastMqtt.Transport.Tls;

internal static unsafe class RecordGatherer
{
    /// <summary>
    /// The next record, of up to 16 KiB, from an offset in a vector on: as it lies there when one segment fills it,
    /// else gathered in the wire's area. Always the next bytes of the connection, and as many as last time or more:
    /// when a record was not taken, OpenSSL must be offered the same ones again.
    /// </summary>
    public static byte* Next(TlsWire wire, ReadOnlySpan<IoVector> vectors, int index, int offset, out int size)
    {
        IoVector vector = vectors[index];
        size = (int)Math.Min(vector.Length - offset, TlsWire.RecordBytes);
        byte* start = (byte*)vector.Address + offset;
        if (size == TlsWire.RecordBytes || index == vectors.Length - 1)
        {
            return start;
        }

        Unsafe.CopyBlockUnaligned(wire.Outgoing, start, (uint)size);
        while (++index < vectors.Length && size < TlsWire.RecordBytes)
        {
            vector = vectors[index];
            uint part = (uint)Math.Min(vector.Length, TlsWire.RecordBytes - size);
            Unsafe.CopyBlockUnaligned(wire.Outgoing + size, (void*)vector.Address, part);
            size += (int)part;
        }

        return wire.Outgoing;
    }
}
