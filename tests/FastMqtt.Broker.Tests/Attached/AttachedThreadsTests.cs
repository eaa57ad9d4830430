// Attached streams on the threads of a running broker: two dispatchers, edges on the thread pool, bytes in pieces of
// any size. A notice that is lost, or a byte that is out of order, makes a client wait for ever or decode nonsense.

using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Attached;

public sealed class AttachedThreadsTests
{
    private const int Clients = 12;
    private const int Messages = 500;

    /// <summary>The longest wait for everything; a healthy broker needs a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Clients_on_two_dispatchers_get_everything_in_order()
    {
        var options = new BrokerOptions { Dispatchers = 2 };
        options.Listeners.Add(new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        await using MqttBroker broker = MqttBroker.Start(options, NullLoggerFactory.Instance);
        BrokerListener listener = await broker.AddListenerAsync(
            new ListenerOptions { AllowAnonymous = true }, TestContext.Current.CancellationToken);
        var clients = new Task[Clients];
        var subscribed = new StrongBox<int>();
        for (int i = 0; i < Clients; i++)
        {
            clients[i] = RunAsync(broker.Attach(listener, default), i, subscribed);
        }

        await Task.WhenAll(clients).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_broker_that_has_stopped_ends_who_attaches()
    {
        var options = new BrokerOptions { Dispatchers = 2 };
        options.Listeners.Add(new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        MqttBroker broker = MqttBroker.Start(options, NullLoggerFactory.Instance);
        BrokerListener listener =
            await broker.AddListenerAsync(new ListenerOptions(), TestContext.Current.CancellationToken);
        await broker.DisposeAsync();
        await broker.Attach(listener, default).Ended.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    // Publishes to the next client and expects what the one before it publishes, at QoS 1.
    private static async Task RunAsync(AttachedConnection edge, int number, StrongBox<int> subscribed)
    {
        var random = new Random(number);
        await WriteAsync(edge, random, Packets.Connect(ProtocolVersion.Mqtt5, $"attached-{number}"));
        await WriteAsync(edge, random, Packets.Subscribe(ProtocolVersion.Mqtt5, 1, null, ($"to/{number}", 1)));
        int next = 0;
        int acknowledged = 0;
        bool isSubscribed = false;
        Task publishing = Task.CompletedTask;
        byte[] rest = [];
        while (next < Messages || acknowledged < Messages)
        {
            ReadResult result = await edge.Input.ReadAsync(TestContext.Current.CancellationToken);
            Assert.False(result.IsCompleted, "The broker has closed the connection.");
            rest = [.. rest, .. System.Buffers.BuffersExtensions.ToArray(result.Buffer)];
            edge.Input.AdvanceTo(result.Buffer.End);
            int start = 0;
            while (FrameDecoder.TryRead(rest.AsSpan(start), Limits.ProtocolPacketSizeMax, out FixedHeader header, out _)
                == FrameResult.Complete)
            {
                var packet = new Packet(ProtocolVersion.Mqtt5, rest.AsSpan(start, header.TotalLength));
                start += header.TotalLength;
                switch (packet.Type)
                {
                    case PacketType.Suback when !isSubscribed:
                        isSubscribed = true;
                        Interlocked.Increment(ref subscribed.Value);
                        publishing = PublishAsync(edge, random, number, subscribed);
                        break;
                    case PacketType.Publish:
                        string expected = string.Create(CultureInfo.InvariantCulture, $"{next++} ");
                        Assert.StartsWith(expected, packet.Text, StringComparison.Ordinal);
                        break;
                    case PacketType.Puback:
                        acknowledged++;
                        break;
                    default:
                        Assert.Equal(PacketType.Connack, packet.Type);
                        break;
                }
            }

            rest = rest[start..];
        }

        await publishing;
        await edge.Output.CompleteAsync();
        await edge.Input.CompleteAsync();
    }

    private static async Task PublishAsync(
        AttachedConnection edge, Random random, int number, StrongBox<int> subscribed)
    {
        while (Volatile.Read(ref subscribed.Value) < Clients)
        {
            await Task.Yield();
        }

        for (int i = 0; i < Messages; i++)
        {
            byte[] payload = System.Text.Encoding.UTF8.GetBytes($"{i} {new string('x', random.Next(3_000))}");
            byte[] publish = Packets.Publish(
                ProtocolVersion.Mqtt5, $"to/{(number + 1) % Clients}", payload, 1, (ushort)(i + 1));
            await WriteAsync(edge, random, publish);
        }
    }

    private static async Task WriteAsync(AttachedConnection edge, Random random, byte[] bytes)
    {
        for (int i = 0; i < bytes.Length;)
        {
            int piece = Math.Min(bytes.Length - i, 1 + random.Next(1_500));
            await edge.Output.WriteAsync(bytes.AsMemory(i, piece), TestContext.Current.CancellationToken);
            i += piece;
        }
    }
}
