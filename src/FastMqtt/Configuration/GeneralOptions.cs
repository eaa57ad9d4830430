// The catalogue's part about the broker as a whole: limits, $SYS, persistence, the process, the log.
// The defaults of limits are the broker's (BrokerOptions), not Mosquitto's; a test compares them.
namespace FastMqtt.Configuration;

internal static class GeneralOptions
{
    private const string SavedAtOnce = "every change is saved at once, see durability";
    private const OptionScope Global = OptionScope.Global;

    public static OptionDefinition[] All => [.. Files, .. Clients, .. Limits, .. Saving, .. Process, .. Log];

    private static OptionDefinition[] Files =>
    [
        new("include_dir", OptionKind.Directory, Global, "Reads every *.conf file of a directory, in order of name")
        {
            Repeat = OptionRepeat.Adds,
            Why = "only in the main file",
        },
        Define.Boolean("per_listener_settings", Global, false,
            "Whether the options about access belong to the listener they stand below")
            .AtStartOnly() with { Why = "must come before the options about access; cannot be set back to false" },
    ];

    private static OptionDefinition[] Clients =>
    [
        Define.Boolean("allow_duplicate_messages", Global, true,
            "Whether a client may get a message once for each matching subscription")
            .WithoutEffect("overlapping subscriptions always get one copy"),
        Define.Boolean("check_retain_source", Global, true,
            "Whether a retained message is withheld when its publisher would no longer be allowed to publish it"),
        Define.Text("clientid_prefixes", Global, "Prefix that every Client Identifier must have")
            with { Repeat = OptionRepeat.Replaces },
        Define.Boolean("enable_control_api", Global, false, "Whether $CONTROL/broker/v1 answers")
            .NotSupported("there is no $CONTROL interface"),
        new("persistent_client_expiration", OptionKind.Duration, Global,
            "Sessions without a connection end after this time at the latest") { Minimum = 1, Maximum = uint.MaxValue },
        Define.Boolean("queue_qos0_messages", Global, false,
            "Whether QoS 0 messages are kept for clients that are away, within max_queued_messages"),
        Define.Boolean("retain_available", Global, true, "Whether messages may be retained"),
        Define.Integer("retain_expiry_interval", Global, string.Empty, 1, 10_000_000,
            "How often expired retained messages are looked for")
            .In("minutes") with { Above = 10_000_000 },
        Define.Boolean("set_tcp_nodelay", Global, true, "Whether TCP sends small packets at once (TCP_NODELAY)"),
        Define.Integer("sys_interval", Global, "10", 0, 65_535, "How often $SYS topics are published; 0 never")
            .In("seconds"),
        Define.Boolean("upgrade_outgoing_qos", Global, false,
            "Whether messages are delivered with the subscription's QoS even when published with a lower one"),
    ];

    private static OptionDefinition[] Limits =>
    [
        Define.Integer("global_max_clients", Global, "1000000", -1, 33_554_430,
            "Sessions, connected or waiting for their client; -1 as many as the broker can hold")
            with { Below = -1, Above = 33_554_430, Aliases = ["max_sessions"] },
        Define.Integer("global_max_connections", Global, "-1", -1, int.MaxValue,
            "Connections at a time, all listeners together; -1 any number") with { Below = -1 },
        Define.Integer("max_inflight_bytes", Global, "0", 0, int.MaxValue,
            "Bytes of unacknowledged QoS 1 and 2 messages sent to one client; 0 any number")
            .In("bytes") with { Below = 0 },
        Define.Integer("max_inflight_messages", Global, "1000", 0, 65_535,
            "Unacknowledged QoS 1 and 2 messages sent to one client; 0 as many as there are identifiers")
            with { Below = 0 },
        Define.Integer("max_keepalive", Global, "0", 0, 65_535,
            "Longest Keep Alive: an MQTT 5.0 client with a longer one, or none, is given this; 0 any").In("seconds"),
        Define.Integer("max_packet_size", Global, "2000000", 20, 268_435_460, "Largest packet accepted")
            .In("bytes") with { Above = 268_435_460 },
        Define.Integer("max_queued_bytes", Global, "67108864", 0, int.MaxValue,
            "Bytes of messages waiting in one session; 0 any number").In("bytes") with { Below = 0 },
        Define.Integer("max_queued_messages", Global, "100000", 0, int.MaxValue,
            "QoS 1 and 2 messages waiting in one session; 0 any number") with { Below = 0 },
        Define.Integer("memory_limit", Global, "0", 0, long.MaxValue, "Bytes of heap memory").In("bytes")
            .NotSupported("memory is bounded by max_queued_bytes, max_retained_bytes and the container"),
        Define.Integer("message_size_limit", Global, "0", 0, 268_435_455, "Largest payload passed on; 0 any")
            .In("bytes"),
        Define.Integer("packet_buffer_size", Global, "4096", 0, 65_535, "Bytes read at a time").In("bytes")
            .WithoutEffect("buffers are sized by what arrives") with { Aliases = ["websockets_headers_size"] },
        Define.Integer("websockets_log_level", Global, "0", int.MinValue, int.MaxValue, "What libwebsockets logs")
            .WithoutEffect("libwebsockets is not used"),
    ];

    private static OptionDefinition[] Saving =>
    [
        Define.Integer("autosave_interval", Global, "1800", 0, int.MaxValue, "How often the state is saved")
            .In("seconds").WithoutEffect(SavedAtOnce) with { Below = 0 },
        Define.Boolean("autosave_on_changes", Global, false, "Whether autosave_interval counts changes, not seconds")
            .WithoutEffect(SavedAtOnce),
        Define.Boolean("persistence", Global, false,
            "Whether sessions, their waiting messages and retained messages survive the end of the broker")
            .AtStartOnly() with { Aliases = ["retained_persistence"] },
        Define.Text("persistence_file", Global, "Name of the file with what is saved").AtStartOnly()
            with { Default = StoreLocation.UsualName, Why = "a file of Mosquitto is left as it is" },
        Define.Text("persistence_location", Global, "Directory of the file with what is saved").AtStartOnly()
            with { Kind = OptionKind.Directory, Why = "without it: where the process is started" },
    ];

    private static OptionDefinition[] Process =>
    [
        new("pid_file", OptionKind.OutputFile, Global, "File that the process identifier is written to")
        {
            Repeat = OptionRepeat.Refused,
            Reload = ReloadRule.Restart,
        },
        Define.Integer("retry_interval", Global, string.Empty, int.MinValue, int.MaxValue, "When to send again")
            .WithoutEffect("messages are sent again when the client reconnects, as MQTT says")
            with { Kind = OptionKind.Ignored },
        Define.Text("user", Global, "User to become when started as root").AtStartOnly()
            with { Repeat = OptionRepeat.Replaces },
    ];

    private static OptionDefinition[] Log =>
    [
        Define.Boolean("connection_messages", Global, true, "Whether connects and disconnects are logged"),
        new("log_dest", OptionKind.LogDestination, Global, "Where log lines go: none clears what came before")
        {
            Default = "stderr",
            Choices = ["none", "stdout", "stderr", "syslog", "topic", "dlt", "file"],
            Repeat = OptionRepeat.Adds,
            UnsupportedValues = new Dictionary<string, string> { ["dlt"] = "there is no Diagnostic Log and Trace" },
        },
        Define.Integer("log_facility", Global, string.Empty, 0, 7, "Facility local0 to local7 for syslog")
            with { Why = "without it: daemon" },
        Define.Boolean("log_timestamp", Global, true, "Whether a line begins with the time"),
        Define.Text("log_timestamp_format", Global, "Format of the time, as for strftime"),
        Define.Choice("log_type", Global, "error warning notice information",
            ["none", "information", "notice", "warning", "error", "debug", "subscribe", "unsubscribe", "internal",
            "websockets", "all"], "What is logged: none clears what came before") with { Repeat = OptionRepeat.Adds },
    ];
}
