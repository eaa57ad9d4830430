// The connections of a dispatcher with bytes to send. A connection is in the list once however much was appended, and
// is flushed with one send: batching costs nothing and needs no timer. Before the flush a session's backlog is moved
// into the output as far as window and socket allow; what is left goes on when an acknowledgement or a writable event
// comes.

using FastMqtt.Broker.Sessions;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class DirtyConnections(Dispatcher dispatcher)
{
    private Client[] _clients = new Client[64];
    private Client[] _flushing = new Client[64];
    private int _count;

    /// <summary>Bytes appended since the last flush.</summary>
    public int BufferedBytes { get; private set; }

    /// <summary>Whether a session could send more at once and was put off for the sake of the others.</summary>
    public bool HasPostponed => _count > 0;

    public void Add(Client client, int bytes)
    {
        BufferedBytes += bytes;
        if (client.IsDirty)
        {
            return;
        }

        client.IsDirty = true;
        if (_count == _clients.Length)
        {
            Array.Resize(ref _clients, _count * 2);
        }

        _clients[_count++] = client;
    }

    /// <summary>Flushes everything in the list. What is added meanwhile is for the next round.</summary>
    public void Flush()
    {
        (_clients, _flushing) = (_flushing, _clients);
        int count = _count;
        _count = 0;
        BufferedBytes = 0;
        for (int i = 0; i < count; i++)
        {
            Client client = _flushing[i];
            _flushing[i] = null!;
            client.IsDirty = false;
            FlushOne(client);
        }
    }

    private void FlushOne(Client client)
    {
        if (client.State > ClientState.Connected)
        {
            return; // closing: its last bytes are sent when it is closed
        }

        if (!client.IsBlocked)
        {
            dispatcher.Backlog.Pump(client);
            int pending = client.Connection.PendingBytes;
            dispatcher.Tracer?.Sending(client);
            IoStatus status = client.Connection.Flush(dispatcher.Slabs);
            dispatcher.Tracer?.Sent(client);
            int sent = pending - client.Connection.PendingBytes;
            dispatcher.Metrics.BytesSent += sent;
            client.BytesSent += sent;
            if (sent > 0 && client.ReadPause == ReadPause.Replies)
            {
                // Its PINGREQs are waiting because we do not read them: that it takes our output is its sign of life.
                client.LastReceivedMilliseconds = dispatcher.Now;
            }

            // Deliveries that were sent count as answers: what is unsent is at most the limits of both together.
            client.ReplyBytes = Math.Max(client.ReplyBytes - sent, 0);
            client.IsBlocked = status == IoStatus.WouldBlock;
            if (status is IoStatus.Closed or IoStatus.Failed)
            {
                if (client.HasUnhandled && client.ReplyBytes <= Limits.ReadPauseBytes)
                {
                    client.IsBlocked = true; // what it sent before, its DISCONNECT perhaps, is handled first
                    return;
                }

                dispatcher.Connections.Close(client);
                return;
            }

            dispatcher.Reader.ResumeReading(client);
            if (status == IoStatus.Done)
            {
                AfterDrained(client);
            }
        }
    }

    private void AfterDrained(Client client)
    {
        if (client.Session is { } session && dispatcher.Backlog.CanPump(session, client))
        {
            Add(client, 0);
        }
    }
}
