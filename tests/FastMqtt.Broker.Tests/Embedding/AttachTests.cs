// A client over an embedder's stream or pair of pipes: served like one with a socket, and the task ends with it.

using System.IO.Pipelines;
using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using FastMqtt.Transport.Tls;
using Xunit;

namespace FastMqtt.Broker.Tests.Embedding;

public sealed class AttachTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_is_served_until_it_disconnects(bool asPipes)
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        var pair = new StreamPair();
        Task serving = asPipes
            ? broker.Broker.AttachAsync((IDuplexPipe)pair.Server, broker.Attached, cancellationToken: Cancelled)
            : broker.Broker.AttachAsync((Stream)pair.Server, broker.Attached, cancellationToken: Cancelled);
        await ConnectAsync(pair, "c");
        await WriteAsync(pair, Packets.Subscribe(ProtocolVersion.Mqtt5, 1, null, ("t", 0)));
        await WriteAsync(pair, Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[300_000]));
        await WriteAsync(pair, Packets.Pingreq);
        byte[] answers = await ReadAsync(pair, 6 + 300_008 + 2);
        Assert.Equal(0x90, answers[0]);
        Assert.Equal(0xD0, answers[^2]);
        Assert.Equal(1, broker.Attached.Connections);
        await WriteAsync(pair, Packets.Disconnect());
        pair.Client.End();
        await serving.WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task A_stream_that_ends_or_fails_ends_the_connection_without_an_exception()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        var ending = new StreamPair();
        var failing = new StreamPair();
        Task first = broker.Broker.AttachAsync((Stream)ending.Server, broker.Attached, cancellationToken: Cancelled);
        Task second = broker.Broker.AttachAsync((Stream)failing.Server, broker.Attached, cancellationToken: Cancelled);
        await ConnectAsync(ending, "ending");
        await ConnectAsync(failing, "failing");
        ending.Client.End();
        failing.Server.Fault = new IOException("broken");
        await WriteAsync(failing, Packets.Pingreq);
        await first.WaitAsync(Patience, Cancelled);
        await second.WaitAsync(Patience, Cancelled);
        Assert.True(first.IsCompletedSuccessfully && second.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_token_ends_the_connection_and_the_will_is_published()
    {
        // [MQTT-3.1.2-8]
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        var watching = new StreamPair();
        Task watched = broker.Broker.AttachAsync(
            (Stream)watching.Server, broker.Attached, cancellationToken: Cancelled);
        await ConnectAsync(watching, "watcher");
        await WriteAsync(watching, Packets.Subscribe(ProtocolVersion.Mqtt5, 1, null, ("will", 0)));
        await ReadAsync(watching, 6);
        using var stop = new CancellationTokenSource();
        var pair = new StreamPair();
        Task serving = broker.Broker.AttachAsync((Stream)pair.Server, broker.Attached, cancellationToken: stop.Token);
        await WriteAsync(pair, Packets.Connect(ProtocolVersion.Mqtt5, "c", will: new Will("will", "gone")));
        Assert.Equal(0x20, (await ReadAsync(pair, 1))[0]);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => serving.WaitAsync(Patience, Cancelled));
        byte[] will = await ReadAsync(watching, 13);
        Assert.Equal("gone", Encoding.UTF8.GetString(will.AsSpan(^4..)));
        watching.Client.End();
        await watched.WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task Who_is_disconnected_is_told_before_the_task_ends()
    {
        // [MQTT-3.1.4-3]
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        var first = new StreamPair();
        var second = new StreamPair();
        Task serving = broker.Broker.AttachAsync((Stream)first.Server, broker.Attached, cancellationToken: Cancelled);
        await ConnectAsync(first, "same");
        Task other = broker.Broker.AttachAsync((Stream)second.Server, broker.Attached, cancellationToken: Cancelled);
        await ConnectAsync(second, "same");
        await serving.WaitAsync(Patience, Cancelled);
        byte[] told = await ReadAsync(first, 3);
        Assert.Equal((byte)ReasonCode.SessionTakenOver, told[2]);
        second.Client.End();
        await other.WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task A_stream_is_not_read_while_the_broker_is_not_read_from()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        var pair = new StreamPair();
        Task serving = broker.Broker.AttachAsync((Stream)pair.Server, broker.Attached, cancellationToken: Cancelled);
        await ConnectAsync(pair, "c");
        byte[] pings = new byte[64_000];
        for (int i = 0; i < pings.Length; i += 2)
        {
            Packets.Pingreq.CopyTo(pings, i);
        }

        // Its answers are not taken: the broker stops to read it at the limit of unsent acknowledgements, then all
        // pipes in between are full, and a write waits.
        ValueTask<FlushResult> writing = default;
        int written = 0;
        do
        {
            writing = pair.Client.Output.WriteAsync(pings, CancellationToken.None);
            written += pings.Length;
            Task waited = writing.AsTask();
            if (await Task.WhenAny(waited, Task.Delay(2_000, Cancelled)) != waited)
            {
                break;
            }
        }
        while (written < 64 << 20);

        Assert.InRange(written, Limits.AttachedIncomingBytes, 16 << 20);
        pair.Client.End();
        await pair.Client.Input.CompleteAsync();
        await serving.WaitAsync(Patience, Cancelled);
    }

    [Fact]
    public async Task A_certificate_that_the_stream_has_shown_names_the_user()
    {
        var listener = new ListenerOptions
        {
            IsAttached = true,
            CertificateUserName = CertificateUserName.Identity,
        };
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(listener);
        var known = new StreamPair();
        Task first = broker.Broker.AttachAsync(
            (Stream)known.Server, broker.Attached, default, new PeerCertificate("alice", "CN=alice"), Cancelled);
        await ConnectAsync(known, "known");
        var unknown = new StreamPair();
        Task second = broker.Broker.AttachAsync((Stream)unknown.Server, broker.Attached, cancellationToken: Cancelled);
        await WriteAsync(unknown, Packets.Connect(ProtocolVersion.Mqtt5, "unknown"));
        Assert.NotEqual(0, (await ReadAsync(unknown, 4))[3]);
        await second.WaitAsync(Patience, Cancelled);
        known.Client.End();
        await first.WaitAsync(Patience, Cancelled);
    }

    private static async Task ConnectAsync(StreamPair pair, string identifier)
    {
        await WriteAsync(pair, Packets.Connect(ProtocolVersion.Mqtt5, identifier));
        byte[] head = await ReadAsync(pair, 2);
        byte[] rest = await ReadAsync(pair, head[1]);
        Assert.Equal(0x20, head[0]);
        Assert.Equal(0, rest[1]);
    }

    private static async Task WriteAsync(StreamPair pair, byte[] bytes) =>
        await pair.Client.WriteAsync(bytes, Cancelled);

    private static async Task<byte[]> ReadAsync(StreamPair pair, int count)
    {
        byte[] bytes = new byte[count];
        await pair.Client.ReadExactlyAsync(bytes, Cancelled).AsTask().WaitAsync(Patience, Cancelled);
        return bytes;
    }
}
