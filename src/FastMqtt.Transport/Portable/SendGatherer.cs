// Sends ranges of memory that lie apart: System.Net.Sockets takes lists of arrays only, and ours are neither. Small
// ones are copied together, so that a burst of small packets is one call; a large one goes as it is. One for each
// poller.

using System;

namespace FastMqtt.Transport.Portable;

internal sealed class SendGatherer
{
    private const int BufferBytes = 64 * 1024;

    // From this size on a call of its own costs less than the copy.
    private const int LargeBytes = 16 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    public IoStatus Send(PortableSocket socket, ReadOnlySpan<IoVector> vectors, out int count)
    {
        count = 0;
        while (!vectors.IsEmpty)
        {
            ReadOnlySpan<byte> bytes = Next(ref vectors);
            IoStatus status = socket.Send(bytes, out int sent);
            count += sent;
            if (status != IoStatus.Done || sent < bytes.Length)
            {
                return status == IoStatus.WouldBlock && count > 0 ? IoStatus.Done : status;
            }
        }

        return IoStatus.Done;
    }

    private ReadOnlySpan<byte> Next(ref ReadOnlySpan<IoVector> vectors)
    {
        ReadOnlySpan<byte> first = vectors[0].Span;
        if (first.Length >= LargeBytes || vectors.Length == 1)
        {
            vectors = vectors[1..];
            return first;
        }

        int size = 0;
        while (!vectors.IsEmpty && vectors[0].Length < LargeBytes && size + vectors[0].Length <= BufferBytes)
        {
            vectors[0].Span.CopyTo(_buffer.AsSpan(size));
            size += (int)vectors[0].Length;
            vectors = vectors[1..];
        }

        return _buffer.AsSpan(0, size);
    }
}
