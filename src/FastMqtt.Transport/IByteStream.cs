// Where the bytes of a connection come from and go to. A plain socket needs no object for it: its poller is its stream.
// TLS and streams that come from elsewhere (WebSocket) have one of their own for each connection. All members belong to
// the dispatcher's thread. Errors of a peer are values, never exceptions.

using System;

namespace FastMqtt.Transport;

internal interface IByteStream
{
    /// <summary>
    /// Done with fewer bytes than the buffer has room for means that an event will say when there are more.
    /// </summary>
    public IoStatus Receive(int handle, Span<byte> buffer, out int count);

    /// <summary>Done with fewer bytes than offered means that a Writable event will come.</summary>
    public IoStatus Send(int handle, ReadOnlySpan<byte> buffer, out int count);

    public IoStatus Send(int handle, ReadOnlySpan<IoVector> vectors, out int count);

    /// <summary>Ends the outgoing stream (FIN) and leaves the incoming one open.</summary>
    public void ShutdownSend(int handle);

    /// <summary>Closes the handle; its registration ends with it.</summary>
    public void Close(int handle);

    /// <summary>The stream to go on with when the connection goes to another dispatcher, with that poller.</summary>
    public IByteStream MoveTo(IPoller poller);
}
