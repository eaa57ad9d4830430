// The edge's end of an attached stream: where whoever attached it reads and writes.

using System.IO.Pipelines;
using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker;

/// <summary>
/// The end that whoever attached a stream reads and writes. Both pipes are to be completed by it, in any order and
/// without an exception, when its source is over.
/// </summary>
public sealed class AttachedConnection : IDuplexPipe
{
    private readonly AttachedStream _stream;

    internal AttachedConnection(AttachedStream stream) => _stream = stream;

    /// <summary>What the broker sends to the client. It ends when the broker has closed the connection.</summary>
    public PipeReader Input => _stream.EdgeInput;

    /// <summary>
    /// What the client sends to the broker. A flush waits while the broker is behind, and says with IsCompleted that
    /// it reads no more.
    /// </summary>
    public PipeWriter Output => _stream.EdgeOutput;

    /// <summary>Completes as soon as the broker sends no more, even when the last bytes were not read yet.</summary>
    public Task Ended => _stream.Ended;
}
