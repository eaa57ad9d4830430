// The catalogue's part about bridges. They are read as Mosquitto reads them, so that a mistake is found, and not made.
namespace FastMqtt.Configuration;

internal static class BridgeOptions
{
    public const string Why = "bridges come later";
    private const OptionScope Bridge = OptionScope.Bridge;

    public static OptionDefinition[] All
    {
        get
        {
            OptionDefinition[] all = [.. Connection, .. Session, .. Network, .. Tls];
            for (int i = 0; i < all.Length; i++)
            {
                all[i] = all[i].NotSupported(Why).AtStartOnly();
            }

            return all;
        }
    }

    private static OptionDefinition[] Connection =>
    [
        new("connection", OptionKind.Words, OptionScope.Global, "Begins a bridge; the options below it are its own")
        {
            Repeat = OptionRepeat.Adds,
        },
        new("address", OptionKind.Words, Bridge, "HOST[:PORT] of the remote brokers, several separated by spaces")
        {
            Aliases = ["addresses"],
            Repeat = OptionRepeat.Refused,
        },
        new("topic", OptionKind.BridgeTopic, Bridge,
            "PATTERN [DIRECTION [QOS [LOCAL-PREFIX [REMOTE-PREFIX]]]] to exchange")
        {
            Repeat = OptionRepeat.Adds,
        },
        Define.Boolean("round_robin", Bridge, false, "Whether addresses take turns"),
        Define.Choice("start_type", Bridge, "automatic", ["automatic", "lazy", "once"], "When the bridge connects"),
        Define.Integer("idle_timeout", Bridge, "60", 1, int.MaxValue, "When a lazy bridge is stopped")
            .In("seconds") with { Below = 1 },
        Define.Integer("threshold", Bridge, "10", 1, int.MaxValue, "Messages that start a lazy bridge")
            with { Below = 1 },
        new("restart_timeout", OptionKind.Words, Bridge, "Seconds until it connects again: BASE [CAP [STABLE]]")
        {
            Check = ValueChecks.Numbers,
        },
        Define.Choice("bridge_reload_type", Bridge, "lazy", ["lazy", "immediate"], "When a changed bridge restarts"),
        Define.Boolean("try_private", Bridge, true, "Whether to say that it is a bridge"),
    ];

    private static OptionDefinition[] Session =>
    [
        Define.Text("remote_clientid", Bridge, "Client Identifier there") with { Aliases = ["clientid"] },
        Define.Text("remote_username", Bridge, "User name there") with { Aliases = ["username"] },
        Define.Text("remote_password", Bridge, "Password there") with { Aliases = ["password"], IsSecret = true },
        Define.Text("local_clientid", Bridge, "Client Identifier here"),
        Define.Text("local_username", Bridge, "User name here"),
        Define.Text("local_password", Bridge, "Password here") with { IsSecret = true },
        Define.Boolean("cleansession", Bridge, false, "Whether the session there ends with the connection"),
        Define.Boolean("local_cleansession", Bridge, false, "Whether the session here ends with the connection"),
        Define.Integer("keepalive_interval", Bridge, "60", 5, 65_535, "Keep Alive").In("seconds") with { Below = 5 },
        Define.Boolean("notifications", Bridge, true, "Whether the state of the bridge is published"),
        Define.Boolean("notifications_local_only", Bridge, false, "Whether only here"),
        Define.Text("notification_topic", Bridge, "Topic of the state of the bridge"),
        Define.Boolean("bridge_attempt_unsubscribe", Bridge, true, "Whether to unsubscribe from outgoing topics"),
        Define.Boolean("bridge_outgoing_retain", Bridge, true, "Whether retain flags are passed on"),
        Define.Integer("bridge_max_packet_size", Bridge, "0", 0, int.MaxValue, "Largest packet").In("bytes")
            with { Below = 0 },
        Define.Integer("bridge_max_topic_alias", Bridge, "10", 0, 65_535, "Topic Aliases"),
        Define.Integer("bridge_receive_maximum", Bridge, "65535", 1, 65_535, "Receive Maximum"),
        Define.Integer("bridge_session_expiry_interval", Bridge, string.Empty, 0, int.MaxValue, "Session expiry")
            .In("seconds"),
        Define.Choice("bridge_protocol_version", Bridge, "mqttv311", ["mqttv31", "mqttv311", "mqttv50"], "MQTT there"),
    ];

    private static OptionDefinition[] Network =>
    [
        Define.Text("bridge_bind_address", Bridge, "Local address of the connection"),
        new("bridge_tcp_keepalive", OptionKind.Words, Bridge, "IDLE INTERVAL COUNTER of TCP keep-alive")
        {
            Check = ValueChecks.Numbers,
        },
        Define.Integer("bridge_tcp_user_timeout", Bridge, string.Empty, 0, int.MaxValue, "TCP user time-out")
            .In("milliseconds"),
    ];

    private static OptionDefinition[] Tls =>
    [
        Define.Text("bridge_alpn", Bridge, "Protocol name for ALPN"),
        Define.Text("bridge_cafile", Bridge, "Certificate authorities, PEM"),
        Define.Text("bridge_capath", Bridge, "Directory of certificate authorities"),
        Define.Text("bridge_certfile", Bridge, "Certificate to show"),
        Define.Text("bridge_keyfile", Bridge, "Key of the certificate") with { Repeat = OptionRepeat.Replaces },
        Define.Text("bridge_ciphers", Bridge, "Ciphers of TLS 1.2"),
        Define.Text("bridge_ciphers_tls1.3", Bridge, "Cipher suites of TLS 1.3"),
        Define.Text("bridge_identity", Bridge, "Identity of the pre-shared key"),
        Define.Text("bridge_psk", Bridge, "Pre-shared key, hexadecimal") with { IsSecret = true },
        Define.Boolean("bridge_insecure", Bridge, false, "Whether the name in the certificate may be another"),
        Define.Boolean("bridge_require_ocsp", Bridge, false, "Whether OCSP is required"),
        Define.Boolean("bridge_tls_use_os_certs", Bridge, false, "Whether the system's authorities are trusted"),
        Define.Text("bridge_tls_version", Bridge, "Version of TLS"),
    ];
}
