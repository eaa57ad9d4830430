// Brings clients up: connects so many at a time, sends CONNECT and SUBSCRIBE, counts the answers. Gives up with a
// clear word when the broker refuses or nothing moves for the run's time-out.
using System.Net;
using System.Net.Sockets;
using System.Text;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Bench.Engine;

internal sealed class SetUp(LoadOptions options, LoadLoop loop)
{
    private const int FiltersPerPacket = 100;

    // SUBSCRIBE packets of a client that wait for their SUBACK.
    private const int FiltersOutstandingMax = 8 * FiltersPerPacket;

    // One source address has 28,000 ports by default; some stay taken for a while after their connection.
    private const int ConnectionsPerSource = 20_000;
    private const uint LoopbackFirst = 0x7F00_0001;

    // A run that may be silent for long must not be cut off in between, nor need a PINGREQ for each of its clients.
    private const ushort KeepAliveSeconds = 300;
    private const double QuietSecondsMax = 100;

    private const int WaitMilliseconds = 100;

    private int _opened;
    private int _up;
    private int _ready;
    private long _subscribed;

    /// <summary>Filters acknowledged since the loop began.</summary>
    public long Subscribed => _subscribed;

    /// <summary>Connects these clients; returns once all are subscribed, with the seconds that took.</summary>
    public double Connect(IReadOnlyList<LoadClient> clients)
    {
        long begin = Clock.Now;
        long moved = begin;
        long progress = -1;
        int started = 0;
        _up = 0;
        _ready = 0;
        while (_ready < clients.Count)
        {
            while (started < clients.Count && started - _ready < options.AtATime)
            {
                Open(clients[started++]);
            }

            loop.Turn(WaitMilliseconds);
            long now = Clock.Now;
            if (_up + _ready + _subscribed != progress)
            {
                progress = _up + _ready + _subscribed;
                moved = now;
            }
            else if (now - moved > options.TimeoutNanoseconds)
            {
                throw new BenchException(
                    $"no progress while connecting: {_up} of {clients.Count} up, {_ready} ready to go");
            }
        }

        return Clock.ToSeconds(Clock.Now - begin);
    }

    public void SendConnect(LoadClient client)
    {
        client.State = ClientState.Connected;
        bool is5 = options.Version == ProtocolVersion.Mqtt5;

        // Session Expiry Interval in seconds: how long a session waits for the rest of its run.
        ReadOnlySpan<byte> keepSession = [(byte)PropertyIdentifier.SessionExpiryInterval, 0, 0, 0x0E, 0x10];
        ConnectPacket packet = new()
        {
            CleanStart = client.CleanStart,
            KeepAlive = options.HoldSeconds + options.Seconds > QuietSecondsMax ? ushort.MaxValue : KeepAliveSeconds,
            Properties = is5 && !client.CleanStart ? keepSession : default,
            ClientIdentifier = Encoding.UTF8.GetBytes(client.Identifier),
            HasUserName = options.UserName is not null,
            UserName = Encoding.UTF8.GetBytes(options.UserName ?? string.Empty),
            HasPassword = options.Password is not null,
            Password = Encoding.UTF8.GetBytes(options.Password ?? string.Empty),
        };
        int length = packet.Measure(options.Version);
        packet.Write(options.Version, client.Connection!.GetOutput(length, loop.Pool));
        client.Connection.Advance(length);
    }

    public void CountUp(LoadClient client)
    {
        _up++;
        client.FiltersSent = 0;
        client.FiltersAcknowledged = 0;
        if (client.Filters == 0)
        {
            _ready++;
        }
        else
        {
            SendSubscribes(client);
        }
    }

    public void CountSubscribed(LoadClient client, int count)
    {
        client.FiltersAcknowledged += count;
        _subscribed += count;
        if (client.FiltersAcknowledged == client.Filters)
        {
            _ready++;
        }
        else
        {
            SendSubscribes(client);
        }
    }

    private void Open(LoadClient client)
    {
        try
        {
            loop.Add(client, ConnectSocket.Begin(options.Target, SourceOf(_opened++)));
        }
        catch (SocketException failure)
        {
            throw new BenchException($"connect to {options.Target}: {failure.Message}");
        }
    }

    // Further addresses of loopback: 127.0.0.2, .3 and so on.
    private IPAddress? SourceOf(int serial)
    {
        bool isLoopback = options.Target.AddressFamily == AddressFamily.InterNetwork
            && IPAddress.IsLoopback(options.Target.Address);
        uint address = LoopbackFirst + (uint)(serial / ConnectionsPerSource);
        return serial < ConnectionsPerSource || !isLoopback
            ? null
            : new IPAddress(BitConverter.IsLittleEndian
                ? System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(address)
                : address);
    }

    private void SendSubscribes(LoadClient client)
    {
        Span<byte> entries = stackalloc byte[FiltersPerPacket * (TopicPlan.FilterBytesMax + 3)];
        SubscriptionOptions wish = new(client.SubscriptionQoS);
        while (client.FiltersSent < client.Filters
            && client.FiltersSent - client.FiltersAcknowledged < FiltersOutstandingMax)
        {
            TopicFilterWriter writer = new(entries);
            long end = Math.Min(client.Filters, client.FiltersSent + FiltersPerPacket);
            while (client.FiltersSent < end)
            {
                writer.Write(client.FilterAt!(client.FiltersSent++), wish);
            }

            SubscribePacket packet = new() { PacketIdentifier = 1, Payload = writer.Written };
            int length = packet.Measure(options.Version);
            packet.Write(options.Version, client.Connection!.GetOutput(length, loop.Pool));
            client.Connection.Advance(length);
        }

        loop.MarkDirty(client);
    }
}
