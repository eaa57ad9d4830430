// Copies between one WebSocket and one attached stream until either ends, and then ends the other. Runs on the thread
// pool. Knows no packet: frames are pieces of a stream of bytes, in both directions. [MQTT-6.0.0-2]
//
// An idle connection holds no buffer: it waits with a receive of no bytes. A frame is passed on in pieces as they come,
// so its announced length costs nothing; the broker knows the limit of a packet.
using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using FastMqtt.Broker;
using Microsoft.AspNetCore.Http.Features;

namespace FastMqtt.AspNetCore;

internal sealed class WebSocketBridge(
    WebSocket socket, IHttpRequestLifetimeFeature lifetime, AttachedConnection client, Func<bool> isStopping)
{
    /// <summary>Returns when both directions are over. Never throws for what a peer does.</summary>
    public async Task RunAsync()
    {
        Task receiving = ReceiveAsync();
        Task sending = SendAsync();
        Task both = Task.WhenAll(receiving, sending);
        await Task.WhenAny(receiving, sending, client.Ended).ConfigureAwait(false);
        if (await Task.WhenAny(both, Task.Delay(EndpointLimits.CloseTimeout)).ConfigureAwait(false) != both)
        {
            Abort();
        }

        await both.ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        try
        {
            bool isOver = await PassOnAsync().ConfigureAwait(false);
            await client.Output.CompleteAsync().ConfigureAwait(false);
            if (!isOver)
            {
                await DiscardAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            await client.Output.CompleteAsync().ConfigureAwait(false);
        }
    }

    // True when the peer has closed; false when what else it sends is of no interest.
    private async Task<bool> PassOnAsync()
    {
        PipeWriter output = client.Output;
        while (true)
        {
            ValueWebSocketReceiveResult waited =
                await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None).ConfigureAwait(false);
            if (waited.MessageType == WebSocketMessageType.Binary && !waited.EndOfMessage)
            {
                Memory<byte> room = output.GetMemory(EndpointLimits.ReceivePieceBytes);
                waited = await socket.ReceiveAsync(room, CancellationToken.None).ConfigureAwait(false);
            }

            if (waited.MessageType == WebSocketMessageType.Close)
            {
                return true;
            }

            if (waited.MessageType == WebSocketMessageType.Text)
            {
                // [MQTT-6.0.0-1]
                await CloseAsync(WebSocketCloseStatus.InvalidMessageType, "MQTT comes in binary frames")
                    .ConfigureAwait(false);
                return false;
            }

            output.Advance(waited.Count);
            if (waited.Count > 0 && (await output.FlushAsync().ConfigureAwait(false)).IsCompleted)
            {
                return false;
            }
        }
    }

    // Closing with unread input resets the connection, and the peer would lose the last packet.
    private async Task DiscardAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(EndpointLimits.ReceivePieceBytes);
        try
        {
            WebSocketMessageType type;
            do
            {
                type = (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false))
                    .MessageType;
            }
            while (type != WebSocketMessageType.Close);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendAsync()
    {
        PipeReader input = client.Input;
        try
        {
            bool isOver;
            do
            {
                ReadResult result = await input.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> part in result.Buffer)
                {
                    // [MQTT-6.0.0-1]
                    await socket.SendAsync(part, WebSocketMessageType.Binary, true, CancellationToken.None)
                        .ConfigureAwait(false);
                }

                isOver = result.IsCompleted;
                input.AdvanceTo(result.Buffer.End);
            }
            while (!isOver);
            await CloseAsync(
                isStopping() ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.NormalClosure, null)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (IsLoss(exception))
        {
            Abort(); // the other direction is told too
        }

        await input.CompleteAsync().ConfigureAwait(false);
    }

    private async Task CloseAsync(WebSocketCloseStatus status, string? reason)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(status, reason, CancellationToken.None).ConfigureAwait(false);
        }
    }

    // A WebSocket alone does not end a receive that waits in the HTTP server.
    private void Abort()
    {
        socket.Abort();
        lifetime.Abort();
    }

    // What a WebSocket throws when the connection breaks, or when it was aborted or closed by the other direction.
    private static bool IsLoss(Exception exception) => exception is WebSocketException or IOException
        or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
