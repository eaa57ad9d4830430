// Two ends of a connection in memory: what is written to one is read from the other. Each holds 64 KiB, then a write
// waits. A test may let the broker's end fail.

using System.IO.Pipelines;

namespace FastMqtt.Broker.Tests.Embedding;

internal sealed class StreamPair
{
    private readonly Pipe _up = new();
    private readonly Pipe _down = new();

    public StreamPair()
    {
        Server = new Ends(_up.Reader, _down.Writer);
        Client = new Ends(_down.Reader, _up.Writer);
    }

    public Ends Server { get; }

    public Ends Client { get; }

#pragma warning disable CA2213 // The pipes behind them are the pair's.
    internal sealed class Ends(PipeReader input, PipeWriter output) : Stream, IDuplexPipe
    {
        private readonly Stream _reader = input.AsStream(leaveOpen: true);
        private readonly Stream _writer = output.AsStream(leaveOpen: true);

        public PipeReader Input => input;

        public PipeWriter Output => output;

        /// <summary>What every read and write fails with from now on.</summary>
        public Exception? Fault { get; set; }

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        /// <summary>The other end reads what there is, then the end.</summary>
        public void End() => output.Complete();

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await _reader.ReadAsync(buffer, cancellationToken);
            return Fault is null ? count : throw Fault;
        }

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Fault is null ? _writer.WriteAsync(buffer, cancellationToken) : throw Fault;

        public override Task FlushAsync(CancellationToken cancellationToken) => _writer.FlushAsync(cancellationToken);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
#pragma warning restore CA2213
}
