// From settings to what the broker's parts take: BrokerOptions with its listeners, WebSocket listeners, the log, the
// process. Only what somebody has set is carried over: the defaults are those of the parts. Decides nothing.
using FastMqtt.Broker;
using FastMqtt.Hosting;
using FastMqtt.Logging;
using FastMqtt.WebSockets;

namespace FastMqtt.Configuration;

internal static class BrokerMapping
{
    /// <summary>Maps everything. What the access factory finds wrong goes to the settings' problems.</summary>
    public static MappedSettings Map(Settings settings, AccessFactory access)
    {
        access.Begin();
        var broker = new BrokerOptions();
        Limits(settings.Global, broker);
        Clients(settings.Global, broker);
        Own(settings.Global, broker);
        var webSockets = new List<WebSocketListenerOptions>();
        foreach (ListenerSection listener in settings.Listeners)
        {
            ListenerMapping.Map(settings, listener, access, broker.Listeners, webSockets);
        }

        if (broker.Listeners.Count == 0)
        {
            broker.Listeners.Add(new ListenerOptions()); // none at all would mean the loopback addresses
        }

        return new MappedSettings(broker, webSockets, LogOf(settings.Global), ProcessOf(settings.Global));
    }

    private static void Limits(SettingTable from, BrokerOptions to)
    {
        to.MaximumSessions = Sessions(from.Number("global_max_clients")) ?? to.MaximumSessions;
        to.MaximumConnections = (int?)from.Number("global_max_connections") ?? to.MaximumConnections;
        to.MaximumInflightBytes = from.Number("max_inflight_bytes") ?? to.MaximumInflightBytes;
        to.MaximumInflight = Unbounded(from.Number("max_inflight_messages"), ushort.MaxValue) ?? to.MaximumInflight;
        to.MaximumKeepAlive = (ushort?)from.Number("max_keepalive") ?? to.MaximumKeepAlive;
        to.MaximumPacketSize = (int?)from.Number("max_packet_size") ?? to.MaximumPacketSize;
        to.MaximumQueuedBytes = from.Number("max_queued_bytes") switch
        {
            null => to.MaximumQueuedBytes,
            0 => long.MaxValue,
            { } bytes => bytes,
        };
        to.MaximumQueuedMessages =
            Unbounded(from.Number("max_queued_messages"), int.MaxValue) ?? to.MaximumQueuedMessages;
        to.MaximumPayloadBytes = (int?)from.Number("message_size_limit") ?? to.MaximumPayloadBytes;
    }

    private static void Clients(SettingTable from, BrokerOptions to)
    {
        to.CheckRetainSource = from.Flag("check_retain_source") ?? to.CheckRetainSource;
        to.PersistentClientExpiration = Seconds(from.Number("persistent_client_expiration"));
        to.QueueQoS0Messages = from.Flag("queue_qos0_messages") ?? to.QueueQoS0Messages;
        to.RetainAvailable = from.Flag("retain_available") ?? to.RetainAvailable;
        to.RetainExpiry = Seconds(60 * from.Number("retain_expiry_interval"));
        to.NoDelay = from.Flag("set_tcp_nodelay") ?? to.NoDelay;
        to.SystemTopicsInterval = Seconds(from.Number("sys_interval")) ?? to.SystemTopicsInterval;
        to.UpgradeOutgoingQoS = from.Flag("upgrade_outgoing_qos") ?? to.UpgradeOutgoingQoS;
    }

    private static void Own(SettingTable from, BrokerOptions to)
    {
        to.Dispatchers = (int?)from.Number("dispatchers") ?? to.Dispatchers;
        to.ConnectTimeout = Seconds(from.Number("connect_timeout")) ?? to.ConnectTimeout;
        to.LoginDelay = Seconds(from.Number("login_delay")) ?? to.LoginDelay;
        to.MaximumHandshakes = (int?)from.Number("max_handshakes") ?? to.MaximumHandshakes;
        to.MaximumRetainedBytes = from.Number("max_retained_bytes") ?? to.MaximumRetainedBytes;
        to.MaximumRetainedMessages = (int?)from.Number("max_retained_messages") ?? to.MaximumRetainedMessages;
        to.MaximumSubscriptions = (int?)from.Number("max_subscriptions") ?? to.MaximumSubscriptions;
        to.ReceiveMaximum = (int?)from.Number("receive_maximum") ?? to.ReceiveMaximum;
        if (from.Number("spin") is { } microseconds)
        {
            to.Spin = TimeSpan.FromMicroseconds(microseconds);
        }
    }

    /// <summary>The log alone: it is there before anything else.</summary>
    public static LogSettings LogOf(SettingTable from)
    {
        LogSettings usual = LogSettings.Default;
        List<string> destinations = LogChoices.Sum(from.Texts("log_dest"));
        string? file = null;
        for (int i = 0; i < destinations.Count; i++)
        {
            if (destinations[i].StartsWith("file ", StringComparison.Ordinal))
            {
                file = destinations[i][5..];
                destinations[i] = "file";
            }
        }

        if (destinations.Count == 0)
        {
            destinations = from.FindAll("log_dest").Count > 0 ? ["none"] : [.. usual.Destinations];
        }

        return new LogSettings(
            destinations,
            file,
            from.FindAll("log_type").Count > 0
                ? new HashSet<string>(LogChoices.Sum(from.Texts("log_type")), StringComparer.Ordinal)
                : usual.Types,
            from.Flag("log_timestamp") ?? usual.Timestamp,
            from.Text("log_timestamp_format") ?? usual.TimestampFormat,
            from.Text("log_format") ?? usual.Format,
            (int?)from.Number("log_facility") ?? usual.Facility,
            from.Flag("connection_messages") ?? usual.ConnectionMessages);
    }

    private static ProcessSettings ProcessOf(SettingTable from) =>
        new(from.Text("pid_file"), from.Text("user"), from.Text("trace_socket"));

    private static int? Sessions(long? number) => number switch
    {
        null => null,
        < 0 => (int)OptionCatalogue.Get("global_max_clients").Maximum,
        _ => (int)number.Value,
    };

    // 0 stands for no bound in Mosquitto; here every table has one.
    private static int? Unbounded(long? number, int most) => number == 0 ? most : (int?)number;

    private static TimeSpan? Seconds(long? number) =>
        number is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
