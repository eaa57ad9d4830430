// A broker is stopped in the middle of everything: it ends within its limit, whatever its clients and its host's own
// code are doing, and lets go of its port, its store and its threads.

using System.IO.Pipelines;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Broker.Access;
using FastMqtt.Transport.Tests.Tls;
using FastMqtt.Transport.Tls;
using MQTTnet;

namespace FastMqtt.Embedding.Tests.Process;

public sealed class StopInEveryStateTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task While_a_client_has_connected_and_says_nothing()
    {
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        using RawClient client = await RawClient.OpenAsync(broker.EndPoint);
        await EndsAsync(broker);
        Assert.Empty(await client.ReceiveToEndAsync());
    }

    [Fact]
    public async Task While_a_client_is_in_the_middle_of_its_CONNECT()
    {
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        using RawClient client = await RawClient.OpenAsync(broker.EndPoint);
        byte[] connect = Bytes.Connect("half");
        await client.SendAsync(connect.AsMemory(0, connect.Length / 2));
        await EndsAsync(broker);
        Assert.Empty(await client.ReceiveToEndAsync());
    }

    [Fact]
    public async Task While_a_client_is_in_the_middle_of_its_handshake()
    {
        using TestCertificates authority = new();
        TlsOptions tls = new();
        tls.Certificates.Add(authority.Server("server", "localhost"));
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync(
            listener: new ListenerOptions { EndPoint = EmbeddedBroker.Anonymous().EndPoint, Tls = tls });
        using RawClient client = await RawClient.OpenAsync(broker.EndPoint);
        await client.SendAsync((byte[])[0x16, 3, 1, 2, 0, 1]); // the head of a record of 512 bytes
        await EndsAsync(broker);
        Assert.Empty(await client.ReceiveToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_an_authenticator_is_asked_about_a_client(bool heedsCancellation)
    {
        TaskCompletionSource<CancellationToken> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync(listener: new ListenerOptions
        {
            EndPoint = EmbeddedBroker.Anonymous().EndPoint,
            Authenticator = new Users(async (request, cancellation) =>
            {
                asked.SetResult(cancellation);
                await answer.Task.WaitAsync(heedsCancellation ? cancellation : CancellationToken.None);
                return Users.Accepted(request);
            }),
        });
        using RawClient client = await RawClient.OpenAsync(broker.EndPoint);
        await client.SendAsync(Bytes.Connect("asked"));
        CancellationToken cancellation = await asked.Task.InTimeAsync();
        await EndsAsync(broker);
        Assert.Empty(await client.ReceiveToEndAsync());
        Assert.True(cancellation.IsCancellationRequested);
        answer.TrySetResult(); // what is said after the end does no harm
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task While_output_waits_for_a_client_that_does_not_read(MqttProtocolVersion version)
    {
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        using RawClient deaf = await RawClient.ConnectAsync(broker.EndPoint, "deaf");
        await deaf.SendAsync(Bytes.Subscribe("t"));
        await deaf.ReceiveAsync(5);
        await using InteropClient sender = await broker.ConnectAsync(version);
        byte[] payload = new byte[1 << 20];
        for (int i = 0; i < 12; i++)
        {
            await sender.PublishAsync(message => message.WithTopic("t").WithPayload(payload)
                .WithQualityOfServiceLevel(QoS.AtLeastOnce));
        }

        await EndsAsync(broker);
    }

    [Fact]
    public async Task While_clients_publish_as_fast_as_they_can()
    {
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync(o => o.Dispatchers = 2);
        RawClient[] clients = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(number => RawClient.ConnectAsync(broker.EndPoint, $"flood{number}")));
        Task[] floods = [.. clients.Select(FloodAsync)];
        await Eventually.HoldsAsync(() => broker.Received > 10_000);
        await EndsAsync(broker);
        await Task.WhenAll(floods).InTimeAsync();
    }

    [Fact]
    public async Task While_sessions_wills_and_messages_wait()
    {
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        InteropClient away = await broker.ConnectAsync(configure: options => options.WithClientId("away")
            .WithSessionExpiryInterval(60).WithWillTopic("will").WithWillDelayInterval(30));
        await away.SubscribeAsync("t", QoS.AtLeastOnce);
        away.Drop();
        await Eventually.HoldsAsync(() => broker.Connected == 0);
        await using InteropClient sender = await broker.ConnectAsync();
        await sender.PublishAsync("t", "waits", QoS.AtLeastOnce);
        await EndsAsync(broker);
    }

    [Fact]
    public async Task While_messages_go_to_a_store_which_the_next_broker_finds_complete()
    {
        using TemporaryStore store = new();
        EmbeddedBroker first = await EmbeddedBroker.StartAsync(store.Use);
        await using (InteropClient away = await first.ConnectAsync(configure: Kept))
        {
            await away.SubscribeAsync("t", QoS.AtLeastOnce);
            await away.DisconnectAsync();
        }

        await using InteropClient sender = await first.ConnectAsync();
        int acknowledged = 0;
        Task sending = PublishUntilTheEndAsync();
        await Eventually.HoldsAsync(() => Volatile.Read(ref acknowledged) > 100);
        await EndsAsync(first);
        await sending.InTimeAsync();

        await using EmbeddedBroker second = await EmbeddedBroker.StartAsync(store.Use);
        await using InteropClient back = await second.ConnectAsync(configure: Kept);
        Assert.True(back.Connack.IsSessionPresent);
        ReceivedMessage[] found = await back.ReceiveAsync(acknowledged);
        Assert.Equal(Enumerable.Range(0, acknowledged), found.Select(message => int.Parse(message.Text, null)));

        static void Kept(MqttClientOptionsBuilder options) =>
            options.WithClientId("away").WithCleanStart(false).WithSessionExpiryInterval(600);

        async Task PublishUntilTheEndAsync()
        {
            try
            {
                while (true)
                {
                    await sender.PublishAsync("t", $"{acknowledged}", QoS.AtLeastOnce);
                    Interlocked.Increment(ref acknowledged);
                }
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                // The broker has ended.
            }
        }
    }

    [Fact]
    public async Task Twice_at_once_and_each_returns_when_everything_is_closed()
    {
        using TemporaryStore store = new();
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync(store.Use);
        await using InteropClient client =
            await broker.ConnectAsync(configure: o => o.WithSessionExpiryInterval(60));
        Task first = broker.Broker.StopAsync(Limit);
        Task second = broker.Broker.StopAsync(Limit);
        await Task.WhenAny(first, second).InTimeAsync();
        await using EmbeddedBroker next =
            await EmbeddedBroker.StartAsync(store.Use, EmbeddedBroker.Anonymous(broker.EndPoint.Port));
        await Task.WhenAll(first, second).InTimeAsync();
        await broker.DisposeAsync().AsTask().InTimeAsync(); // and once more
    }

    [Fact]
    public async Task While_other_brokers_start()
    {
        const int Brokers = 20;
        await Task.WhenAll(Enumerable.Range(0, Brokers).Select(_ => Task.Run(
            async () =>
            {
                for (int i = 0; i < 5; i++)
                {
                    await EndsAsync(await EmbeddedBroker.StartAsync());
                }
            },
            TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task At_once_after_the_start()
    {
        for (int i = 0; i < 20; i++)
        {
            await EndsAsync(await EmbeddedBroker.StartAsync(o => o.Dispatchers = 4));
        }
    }

    [Fact]
    public async Task While_streams_are_attached_and_whoever_attaches_later_is_told_the_end()
    {
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        AttachedConnection early = broker.Attach();
        await early.Output.WriteAsync(Bytes.Connect("early"), TestContext.Current.CancellationToken);
        Assert.Equal(Bytes.Connack.Length, (await ReadAsync(early)).Buffer.Length);
        await EndsAsync(broker);
        await early.Ended.InTimeAsync();
        AttachedConnection late = broker.Attach();
        await late.Ended.InTimeAsync();

        static async Task<ReadResult> ReadAsync(AttachedConnection connection) =>
            await connection.Input.ReadAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task While_the_store_is_saved_and_saving_later_returns()
    {
        using TemporaryStore store = new();
        EmbeddedBroker broker = await EmbeddedBroker.StartAsync(store.Use);
        Task[] saves = [.. Enumerable.Range(0, 10).Select(_ => broker.Broker.SaveAsync())];
        await EndsAsync(broker);
        await Task.WhenAll(saves).InTimeAsync();
        await broker.Broker.SaveAsync().InTimeAsync();
    }

    private static async Task EndsAsync(EmbeddedBroker broker)
    {
        await broker.Broker.StopAsync(Limit).InTimeAsync();
        Assert.Empty(broker.Complaints);
        Assert.False(broker.Broker.Failed.IsCompleted);
        using Socket socket = new(
            SocketType.Stream, ProtocolType.Tcp);
        await Assert.ThrowsAsync<SocketException>(
            () => socket.ConnectAsync(broker.EndPoint, TestContext.Current.CancellationToken).AsTask());
    }

    private static async Task FloodAsync(RawClient client)
    {
        byte[] burst = [.. Enumerable.Repeat(Bytes.Publish("t", "payload"), 1_000).SelectMany(bytes => bytes)];
        using (client)
        {
            try
            {
                while (true)
                {
                    await client.SendAsync(burst);
                }
            }
            catch (SocketException)
            {
                // The broker has ended.
            }
        }
    }
}
