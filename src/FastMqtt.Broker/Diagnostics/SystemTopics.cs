// $SYS: the broker's figures as retained messages, with Mosquitto's names, so that what reads them today goes on
// working. Published by the first dispatcher at each interval, only what has changed. Read from the counters of all
// dispatchers while these run: figures, not accounts.

using System.Buffers.Text;
using System.Text;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Diagnostics;

internal sealed class SystemTopics
{
    private readonly Dispatcher _dispatcher;
    private readonly List<Figure> _figures = [];
    private readonly byte[] _text = new byte[64];
    private BrokerMetrics _sum = new();
    private long _clientsMaximum;

    public SystemTopics(Dispatcher dispatcher)
    {
        _dispatcher = dispatcher;
        BrokerState state = dispatcher.Shared;
        Add("uptime", Uptime, " seconds");
        Add("clients/total", () => _sum.Sessions);
        Add("clients/connected", () => _sum.ConnectionsOpen);
        Add("clients/disconnected", () => Math.Max(_sum.Sessions - _sum.ConnectionsOpen, 0));
        Add("clients/active", () => _sum.ConnectionsOpen);
        Add("clients/inactive", () => Math.Max(_sum.Sessions - _sum.ConnectionsOpen, 0));
        Add("clients/maximum", () => _clientsMaximum = Math.Max(_clientsMaximum, _sum.Sessions));
        Add("clients/expired", () => _sum.SessionsExpired);
        Add("messages/received", () => _sum.PacketsReceived);
        Add("messages/sent", () => _sum.PacketsSent);
        Add("messages/stored", () => state.Retained.Count);
        Add("store/messages/count", () => state.Retained.Count);
        Add("store/messages/bytes", () => state.Retained.Bytes);
        Add("retained messages/count", () => state.Retained.Count);
        Add("subscriptions/count", () => state.Subscriptions.SubscriptionCount);
        Add("publish/messages/received", () => _sum.PublishReceived);
        Add("publish/messages/sent", () => _sum.PublishSent);
        Add("publish/messages/dropped", () => _sum.Dropped);
        Add("publish/bytes/received", () => _sum.PublishBytesReceived);
        Add("publish/bytes/sent", () => _sum.PublishBytesSent);
        Add("access/denied/connect", () => _sum.DeniedConnect);
        Add("access/denied/publish", () => _sum.DeniedPublish);
        Add("access/denied/subscribe", () => _sum.DeniedSubscribe);
        Add("access/denied/receive", () => _sum.DeniedReceive);
        Add("bytes/received", () => _sum.BytesReceived);
        Add("bytes/sent", () => _sum.BytesSent);
        Add("heap/current", () => GC.GetTotalMemory(false));
        AddLoad("messages/received", () => _sum.PacketsReceived);
        AddLoad("messages/sent", () => _sum.PacketsSent);
        AddLoad("publish/received", () => _sum.PublishReceived);
        AddLoad("publish/sent", () => _sum.PublishSent);
        AddLoad("publish/dropped", () => _sum.Dropped);
        AddLoad("bytes/received", () => _sum.BytesReceived);
        AddLoad("bytes/sent", () => _sum.BytesSent);
        AddLoad("sockets", () => _sum.SocketsOpened);
        AddLoad("connections", () => _sum.ConnectionsOpened);
    }

    /// <summary>Publishes the version; once, at start.</summary>
    public void PublishVersion() =>
        Publish("$SYS/broker/version"u8.ToArray(), Encoding.ASCII.GetBytes("fastmqtt version " + ThisVersion.Text));

    /// <summary>Publishes every figure that has changed.</summary>
    /// <param name="intervalMilliseconds">Time since the call before.</param>
    public void Publish(long intervalMilliseconds)
    {
        _sum = _dispatcher.Shared.Sum();
        foreach (Figure figure in _figures)
        {
            double value = figure.Read(intervalMilliseconds);
            if (value == figure.Published)
            {
                continue;
            }

            figure.Published = value;
            Utf8Formatter.TryFormat(value, _text, out int length, figure.Format);
            figure.Unit.CopyTo(_text.AsSpan(length));
            Publish(figure.Topic, _text.AsSpan(0, length + figure.Unit.Length));
        }
    }

    private long Uptime() => (_dispatcher.Now - _dispatcher.StartedAt) / 1000;

    private void Add(string name, Func<long> read, string unit = "") =>
        _figures.Add(new Counter("$SYS/broker/" + name, unit, read));

    private void AddLoad(string name, Func<long> read)
    {
        _figures.Add(new Load($"$SYS/broker/load/{name}/1min", 1, read));
        _figures.Add(new Load($"$SYS/broker/load/{name}/5min", 5, read));
        _figures.Add(new Load($"$SYS/broker/load/{name}/15min", 15, read));
    }

    private void Publish(byte[] topic, ReadOnlySpan<byte> payload)
    {
        var message = new Message
        {
            Topic = topic,
            Payload = payload,
            QoS = QualityOfService.ExactlyOnce, // a subscriber's own QoS decides
            Retain = true,
            ExpiresAtMilliseconds = long.MaxValue,
        };
        _dispatcher.Packets.Publish.Retain(ref message);
        _dispatcher.FanOut.Route(ref message);
        message.Drop(_dispatcher.Publications);
    }

    private abstract class Figure(string topic, string unit, byte decimals)
    {
        public byte[] Topic { get; } = Encoding.ASCII.GetBytes(topic);

        public byte[] Unit { get; } = Encoding.ASCII.GetBytes(unit);

        public System.Buffers.StandardFormat Format { get; } = new('F', decimals);

        public double Published { get; set; } = double.NaN;

        public abstract double Read(long intervalMilliseconds);
    }

    private sealed class Counter(string topic, string unit, Func<long> read) : Figure(topic, unit, 0)
    {
        public override double Read(long intervalMilliseconds) => read();
    }

    // A moving average per minute, weighted as Mosquitto does: new = now + e^(-t/T) * (old - now).
    private sealed class Load(string topic, int minutes, Func<long> read) : Figure(topic, "", 2)
    {
        private double _average;
        private long _last;

        public override double Read(long intervalMilliseconds)
        {
            long value = read();
            double perMinute = (value - _last) * 60_000.0 / Math.Max(intervalMilliseconds, 1);
            _last = value;
            double weight = Math.Exp(-intervalMilliseconds / (minutes * 60_000.0));
            _average = perMinute + (weight * (_average - perMinute));
            return Math.Round(_average, 2);
        }
    }
}
