// BrokerStatistics as instruments of a Meter of the broker's own, named like OpenTelemetry names such things. All are
// observable: while nobody listens nothing is counted twice, computed or allocated; while somebody does, the figures
// are read from the statistics when they are collected, on the collector's thread.
//
// A process that has switched meters off (MetricsSupport) pays nothing: none of this is made, and trimming removes it.

using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace FastMqtt.Broker.Diagnostics;

internal sealed class BrokerInstruments : IDisposable
{
    /// <summary>Name of the Meter.</summary>
    public const string MeterName = "FastMqtt";

    private const string Switch = "System.Diagnostics.Metrics.Meter.IsSupported";

    private const string Direction = "network.io.direction";

    [FeatureSwitchDefinition(Switch)]
    private static bool IsSupported => !AppContext.TryGetSwitch(Switch, out bool isOn) || isOn;

    private readonly BrokerState _state;
    private readonly Meter _meter;

    /// <param name="state">What is shown.</param>
    /// <param name="name">Tells it from other brokers of the process; null: nothing does.</param>
    public BrokerInstruments(BrokerState state, string? name)
    {
        _state = state;
        _meter = new Meter(new MeterOptions(MeterName)
        {
            Version = ThisVersion.Text,
            Tags = name is null ? null : [new("fastmqtt.broker.name", name)],
        });
        AddHoldings();
        AddConnections();
        AddTraffic();
        AddRefusals();
        if (state.Writer is not null)
        {
            AddStore();
        }
    }

    /// <summary>Those of a broker; null: the process has no meters.</summary>
    public static BrokerInstruments? Create(BrokerState state) =>
        IsSupported ? new BrokerInstruments(state, state.Options.Name) : null;

    public void Dispose() => _meter.Dispose();

    private void AddHoldings()
    {
        _meter.CreateObservableGauge(
            "fastmqtt.uptime",
            () => BrokerStatistics.Of(_state).Uptime.TotalSeconds,
            "s",
            "Time since the broker was made.");
        AddUpDown("fastmqtt.sessions", "{session}", "Sessions, connected or not.", now => now.Sessions);
        AddUpDown("fastmqtt.subscriptions", "{subscription}", "Subscriptions.", now => now.Subscriptions);
        AddUpDown("fastmqtt.topic_filters", "{filter}", "Different Topic Filters.", now => now.TopicFilters);
        AddUpDown("fastmqtt.retained.messages", "{message}", "Retained messages.", now => now.RetainedMessages);
        AddUpDown("fastmqtt.retained.size", "By", "Bytes of retained messages.", now => now.RetainedBytes);
        AddCounter("fastmqtt.sessions.expired", "{session}", "Sessions that expired.", now => now.SessionsExpired);
    }

    private void AddConnections()
    {
        AddUpDown("fastmqtt.connections", "{connection}", "Connected clients.", now => now.Connections);
        AddCounter("fastmqtt.sockets.opened", "{connection}", "Connections accepted.", now => now.SocketsOpened);
        AddCounter(
            "fastmqtt.connections.opened", "{connection}", "Clients that connected.", now => now.ConnectionsOpened);
        AddCounters(
            "fastmqtt.connections.refused",
            "{connection}",
            "Connections closed before CONNECT.",
            "reason",
            ("limit", now => now.ConnectionsTurnedAway),
            ("proxy_header", now => now.ProxyHeadersRefused),
            ("handshake_limit", now => now.HandshakesRefused),
            ("handshake_failed", now => now.HandshakesFailed));
    }

    private void AddTraffic()
    {
        AddCounters(
            "fastmqtt.network.io",
            "By",
            "Bytes of packets.",
            Direction,
            ("receive", now => now.BytesReceived),
            ("transmit", now => now.BytesSent));
        AddCounters(
            "fastmqtt.packets",
            "{packet}",
            "MQTT Control Packets.",
            Direction,
            ("receive", now => now.PacketsReceived),
            ("transmit", now => now.PacketsSent));
        AddCounters(
            "fastmqtt.messages",
            "{message}",
            "Application messages.",
            Direction,
            ("receive", now => now.MessagesReceived),
            ("transmit", now => now.MessagesSent));
        AddCounters(
            "fastmqtt.messages.size",
            "By",
            "Payload bytes of application messages.",
            Direction,
            ("receive", now => now.PayloadBytesReceived),
            ("transmit", now => now.PayloadBytesSent));
    }

    private void AddRefusals()
    {
        AddCounters(
            "fastmqtt.messages.dropped",
            "{message}",
            "Deliveries that were given up.",
            "reason",
            ("slow", now => now.DroppedSlow),
            ("queue_full", now => now.DroppedQueueFull),
            ("too_large", now => now.DroppedTooLarge),
            ("expired", now => now.DroppedExpired),
            ("buffer_full", now => now.DroppedInProcess),
            ("hook", now => now.SkippedByHook));
        AddCounters(
            "fastmqtt.embedder.faults",
            "{call}",
            "Calls of an embedder's code that have thrown.",
            "code",
            ("hook", now => now.HookFailures),
            ("handler", now => now.HandlerFaults));
        AddCounter("fastmqtt.messages.refused", "{message}", "Publications refused.", now => now.Refused);
        AddCounters(
            "fastmqtt.access.denied",
            "{denial}",
            "What was denied because of who asked.",
            "action",
            ("connect", now => now.DeniedConnect),
            ("publish", now => now.DeniedPublish),
            ("subscribe", now => now.DeniedSubscribe),
            ("receive", now => now.DeniedReceive));
    }

    private void AddStore()
    {
        AddCounter("fastmqtt.store.commits", "{transaction}", "Transactions.", now => now.Store!.Value.Commits);
        AddUpDown("fastmqtt.store.waiting", "By", "Changes no transaction has.", now => now.Store!.Value.WaitingBytes);
        AddUpDown("fastmqtt.store.queue", "By", "Messages that wait in memory.", now => now.Store!.Value.QueueBytes);
        AddUpDown("fastmqtt.store.behind", "1", "1: the disk is behind.", now => now.Store!.Value.IsBehind ? 1 : 0);
        AddUpDown("fastmqtt.store.failing", "1", "1: the disk fails.", now => now.Store!.Value.IsFailing ? 1 : 0);
    }

    private void AddUpDown(string name, string unit, string description, Func<BrokerStatistics, long> read) =>
        _meter.CreateObservableUpDownCounter(name, () => read(BrokerStatistics.Of(_state)), unit, description);

    private void AddCounter(string name, string unit, string description, Func<BrokerStatistics, long> read) =>
        _meter.CreateObservableCounter(name, () => read(BrokerStatistics.Of(_state)), unit, description);

    private void AddCounters(
        string name,
        string unit,
        string description,
        string tag,
        params (string Value, Func<BrokerStatistics, long> Read)[] parts) => _meter.CreateObservableCounter(
            name,
            () =>
            {
                BrokerStatistics now = BrokerStatistics.Of(_state);
                return Array.ConvertAll(
                    parts,
                    part => new Measurement<long>(
                        part.Read(now), new KeyValuePair<string, object?>(tag, part.Value)));
            },
            unit,
            description);
}
