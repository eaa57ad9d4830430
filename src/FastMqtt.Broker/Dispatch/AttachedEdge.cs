// Copies between an embedder's stream, or pair of pipes, and an attached connection, on threads of the pool, until
// either is over; then ends the other. Each direction completes the two pipes it uses, after its last read and write:
// memory that a slow stream still writes to is never given back under it.
//
// Back-pressure is the pipes': nothing is read from the source while the broker has not taken what came before, and the
// broker sends no more than the sink has taken and one pipe holds.

using System.Buffers;
using System.IO.Pipelines;

namespace FastMqtt.Broker.Dispatch;

internal sealed class AttachedEdge(PipeReader source, PipeWriter sink, AttachedConnection client)
{
    private static readonly StreamPipeReaderOptions ReaderOptions =
        new(bufferSize: Limits.AttachedPieceBytes, leaveOpen: true, useZeroByteReads: true);

    private static readonly StreamPipeWriterOptions WriterOptions = new(leaveOpen: true);

    public AttachedEdge(Stream stream, AttachedConnection client)
        : this(PipeReader.Create(stream, ReaderOptions), PipeWriter.Create(stream, WriterOptions), client)
    {
    }

    /// <summary>Returns when the connection has ended. Throws for the token only, not for what a stream does.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task receiving = ReceiveAsync(end.Token);
        Task sending = SendAsync(end.Token);
        Task both = Task.WhenAll(receiving, sending);

        // Who has ended it does not matter: what is on its way to the client has its time, then both directions end.
        await Task.WhenAny(receiving, sending, client.Ended).ConfigureAwait(false);
        await WaitAsync(sending).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        await WaitAsync(both).ConfigureAwait(false); // a stream may not listen to a token: it is left to its owner
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async Task WaitAsync(Task direction)
    {
        if (!direction.IsCompleted)
        {
            using var enough = new CancellationTokenSource();
            await Task.WhenAny(direction, Task.Delay(Limits.AttachedEndGrace, enough.Token)).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
        }
    }

#pragma warning disable CA1031 // Whatever a stream throws, it means that the connection is over.
    private async Task ReceiveAsync(CancellationToken end)
    {
        try
        {
            bool isOver = false;
            while (!isOver)
            {
                ReadResult read = await source.ReadAsync(end).ConfigureAwait(false);
                isOver = read.IsCompleted || read.IsCanceled;
                isOver |= !await PassOnAsync(read.Buffer, end).ConfigureAwait(false);
                source.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception)
        {
            // The client has gone.
        }

        await client.Output.CompleteAsync().ConfigureAwait(false);
        await CompleteAsync(source.CompleteAsync()).ConfigureAwait(false);
    }

    // In pieces, so that the pipe is not filled beyond its limit. False: the broker reads no more.
    private async Task<bool> PassOnAsync(ReadOnlySequence<byte> bytes, CancellationToken end)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySequence<byte> piece = bytes.Slice(0, Math.Min(bytes.Length, Limits.AttachedPieceBytes));
            foreach (ReadOnlyMemory<byte> part in piece)
            {
                client.Output.Write(part.Span);
            }

            bytes = bytes.Slice(piece.End);
            if ((await client.Output.FlushAsync(end).ConfigureAwait(false)).IsCompleted)
            {
                return false;
            }
        }

        return true;
    }

    private async Task SendAsync(CancellationToken end)
    {
        try
        {
            bool isOver = false;
            while (!isOver)
            {
                ReadResult read = await client.Input.ReadAsync(end).ConfigureAwait(false);
                isOver = read.IsCompleted;
                foreach (ReadOnlyMemory<byte> part in read.Buffer)
                {
                    isOver |= (await sink.WriteAsync(part, end).ConfigureAwait(false)).IsCompleted;
                }

                client.Input.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception)
        {
            // The client takes no more.
        }

        await client.Input.CompleteAsync().ConfigureAwait(false);
        await CompleteAsync(sink.CompleteAsync()).ConfigureAwait(false);
    }

    private static async ValueTask CompleteAsync(ValueTask completion)
    {
        try
        {
            await completion.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // What was left could not be written.
        }
    }
#pragma warning restore CA1031
}
