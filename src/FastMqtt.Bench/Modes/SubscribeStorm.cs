// Clients that do nothing but subscribe and unsubscribe, at a fixed rate of filters a second. Their packets are encoded
// once; each client has one outstanding. Turned by the run whose traffic they are to disturb.
using System.Globalization;
using System.Text;
using FastMqtt.Bench.Engine;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Modes;

internal sealed class SubscribeStorm
{
    private const int ClientCount = 16;
    private const int FiltersPerPacket = 100;

    // Packets of each client that are used in turn: a subscribe and the unsubscribe that undoes it, for other filters.
    private const int PacketCount = 20;
    private const int FilterBytesMax = 64;

    private readonly LoadLoop _loop;
    private readonly double _rate;
    private readonly List<LoadClient> _clients = [];
    private readonly Queue<LoadClient> _free = new();
    private readonly Dictionary<LoadClient, int> _next = [];
    private readonly byte[][][] _packets = new byte[ClientCount][][];
    private long _begin;
    private long _sent;

    public SubscribeStorm(LoadOptions options, LoadLoop loop)
    {
        _loop = loop;
        _rate = options.Rate;
        for (int i = 0; i < ClientCount; i++)
        {
            var client = new LoadClient(Fleet.NameOf("x", i)) { Answered = Answer };
            _clients.Add(client);
            _next.Add(client, 0);
            _packets[i] = new byte[PacketCount][];
            for (int packet = 0; packet < PacketCount; packet++)
            {
                _packets[i][packet] = Encode(options, i, packet);
            }
        }
    }

    /// <summary>Filters that the broker has subscribed or unsubscribed.</summary>
    public long Done { get; private set; }

    public void Connect() => _loop.SetUp.Connect(_clients);

    public void Start()
    {
        _clients.ForEach(_free.Enqueue);
        _begin = Clock.Now;
    }

    /// <summary>Sends what is due; what no client is free for is made up for later.</summary>
    public void Turn()
    {
        long due = (long)(Clock.ToSeconds(Clock.Now - _begin) * _rate);
        while (_sent + FiltersPerPacket <= due && _free.TryDequeue(out LoadClient? client))
        {
            int next = _next[client];
            byte[] packet = _packets[_clients.IndexOf(client)][next];
            _next[client] = (next + 1) % PacketCount;
            packet.CopyTo(client.Connection!.GetOutput(packet.Length, _loop.Pool));
            client.Connection.Advance(packet.Length);
            _loop.MarkDirty(client);
            _sent += FiltersPerPacket;
        }
    }

    private static byte[] Encode(LoadOptions options, int client, int packet)
    {
        bool isSubscribe = packet % 2 == 0;
        var entries = new byte[FiltersPerPacket * (options.TopicPrefix.Length + FilterBytesMax)];
        TopicFilterWriter writer = new(entries);
        for (int i = 0; i < FiltersPerPacket; i++)
        {
            // Seven of ten exact, as in the mix of subscriptions.
            string level = (i % 10) switch { 7 => "+", 8 => "#", _ => "x" };
            byte[] filter = Encoding.UTF8.GetBytes(options.TopicPrefix + string.Create(
                CultureInfo.InvariantCulture, $"x/{client}/{packet / 2}/{i:0000000}/{level}"));
            if (isSubscribe)
            {
                writer.Write(filter, new SubscriptionOptions(options.SubscriptionQoS));
            }
            else
            {
                writer.Write(filter);
            }
        }

        var encoded = new byte[entries.Length + FilterBytesMax];
        int length = isSubscribe
            ? new SubscribePacket { PacketIdentifier = 1, Payload = writer.Written }.Write(options.Version, encoded)
            : new UnsubscribePacket { PacketIdentifier = 1, Payload = writer.Written }.Write(options.Version, encoded);
        return encoded[..length];
    }

    private void Answer(LoadClient client)
    {
        Done += FiltersPerPacket;
        _free.Enqueue(client);
    }
}
