// Every implemented option with a value, and the value's place in what the broker's parts take.
using FastMqtt.Broker;
using FastMqtt.Broker.Access;
using FastMqtt.Configuration;
using FastMqtt.Protocol;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Tests.Configuration;

internal static class OptionRows
{
    private const string Pair = "certfile c.pem\nkeyfile k.pem\n";
    private const string Psk = "psk_hint hint\n";

    public static IReadOnlyList<MappingRow> All =>
        [.. Limits, .. Clients, .. Own, .. Saving, .. Process, .. Listeners, .. Tls, .. Access];

    private static MappingRow[] Limits =>
    [
        Broker("global_max_clients", "50", 50, b => b.MaximumSessions),
        Broker("global_max_connections", "51", 51, b => b.MaximumConnections),
        Broker("max_inflight_bytes", "52", 52L, b => b.MaximumInflightBytes),
        Broker("max_inflight_messages", "53", 53, b => b.MaximumInflight),
        Broker("max_keepalive", "54", (ushort)54, b => b.MaximumKeepAlive),
        Broker("max_packet_size", "55", 55, b => b.MaximumPacketSize),
        Broker("max_queued_bytes", "56", 56L, b => b.MaximumQueuedBytes),
        Broker("max_queued_messages", "57", 57, b => b.MaximumQueuedMessages),
        Broker("message_size_limit", "58", 58, b => b.MaximumPayloadBytes),
    ];

    private static MappingRow[] Clients =>
    [
        Broker("check_retain_source", "false", false, b => b.CheckRetainSource),
        Broker("persistent_client_expiration", "14d", TimeSpan.FromDays(14), b => b.PersistentClientExpiration),
        Broker("queue_qos0_messages", "true", true, b => b.QueueQoS0Messages),
        Broker("retain_available", "false", false, b => b.RetainAvailable),
        Broker("retain_expiry_interval", "3", TimeSpan.FromMinutes(3), b => b.RetainExpiry),
        Broker("set_tcp_nodelay", "false", false, b => b.NoDelay),
        Broker("sys_interval", "60", TimeSpan.FromMinutes(1), b => b.SystemTopicsInterval),
        Broker("upgrade_outgoing_qos", "true", true, b => b.UpgradeOutgoingQoS),
        Listener("clientid_prefixes", "secure-", "secure-", l => l.ClientIdPrefix),
    ];

    private static MappingRow[] Own =>
    [
        Broker("dispatchers", "3", 3, b => b.Dispatchers),
        Broker("spin", "7", TimeSpan.FromMicroseconds(7), b => b.Spin),
        Broker("connect_timeout", "8", TimeSpan.FromSeconds(8), b => b.ConnectTimeout),
        Broker("login_delay", "9", TimeSpan.FromSeconds(9), b => b.LoginDelay),
        Broker("max_handshakes", "11", 11, b => b.MaximumHandshakes),
        Broker("max_retained_bytes", "12", 12L, b => b.MaximumRetainedBytes),
        Broker("max_retained_messages", "13", 13, b => b.MaximumRetainedMessages),
        Broker("max_subscriptions", "14", 14, b => b.MaximumSubscriptions),
        Broker("receive_maximum", "15", 15, b => b.ReceiveMaximum),
    ];

    private static MappingRow[] Saving =>
    [
        Broker("persistence", "true", true, b => b.Persistence is not null),
        Saved("persistence_file", "my.db", "my.db", p => p.Path),
        Saved("persistence_location", "/nowhere", "/nowhere/fastmqtt.db", p => p.Path),
        Saved("durability", "interval 0x10", (Durability.Interval, TimeSpan.FromSeconds(16)),
            p => (p.Durability, p.Interval)),
        Saved("max_memory_queued_bytes", "16", 16L, p => p.QueueMemoryBytes),
    ];

    private static MappingRow[] Process =>
    [
        new("pid_file", "/run/x.pid", "/run/x.pid", m => m.Process.PidFile),
        new("user", "mosquitto", "mosquitto", m => m.Process.User),
        new("trace_socket", "/run/t.sock", "/run/t.sock", m => m.Process.TraceSocket),
        new("connection_messages", "false", false, m => m.Log.ConnectionMessages),
        new("log_dest", "file /var/log/x.log", "file:/var/log/x.log", m => $"{m.Log.Destinations[0]}:{m.Log.File}"),
        new("log_facility", "5", 5, m => m.Log.Facility),
        new("log_format", "json", "json", m => m.Log.Format),
        new("log_timestamp", "false", false, m => m.Log.Timestamp),
        new("log_timestamp_format", "%H:%M %d", "%H:%M %d", m => m.Log.TimestampFormat),
        new("log_type", "debug", "debug", m => string.Join(' ', m.Log.Types.Order())),
    ];

    private static MappingRow[] Listeners =>
    [
        new("listener", "1884 127.0.0.1", "127.0.0.1:1884", m => $"{m.Broker.Listeners[0].EndPoint}"),
        new("port", "1885", 1885, m => m.Broker.Listeners[0].EndPoint!.Port),
        new("bind_address", "127.0.0.2", "127.0.0.2:1883", m => $"{m.Broker.Listeners[0].EndPoint}"),
        Listener("bind_interface", "eth0", "eth0", l => l.BindInterface),
        Listener("socket_domain", "ipv4", "0.0.0.0:1884", l => $"{l.EndPoint}"),
        new("protocol", "websockets", "0 1", m => $"{m.Broker.Listeners.Count(l => l.EndPoint is not null)} "
            + $"{m.WebSockets.Count}", "listener 1884 ::1\n"),
        Listener("accept_protocol_versions", "3, 5", ProtocolVersions.Mqtt31 | ProtocolVersions.Mqtt5,
            l => l.AcceptVersions),
        Listener("enable_proxy_protocol", "2", true, l => l.ProxyProtocol),
        Listener("proxy_protocol_v2_require_tls", "true", true, l => l.ProxyRequiresTls),
        new("websockets_origin", "http://a", "http://a", m => m.WebSockets.SelectMany(w => w.Origins).FirstOrDefault(),
            "listener 1884 ::1\nprotocol websockets\n"),
        Listener("trusted_proxies", "10.0.0.0/8, ::1", "10.0.0.0/8 ::1/128", l => string.Join(' ', l.TrustedProxies)),
        Listener("max_connections", "21", 21, l => l.MaximumConnections),
        Listener("max_connections_per_address", "22", 22, l => l.MaximumConnectionsPerAddress),
        Listener("connect_rate_per_address", "23", 23, l => l.ConnectRatePerAddress),
        Listener("max_qos", "1", QualityOfService.AtLeastOnce, l => l.MaximumQoS),
        Listener("max_topic_alias", "24", (ushort)24, l => l.TopicAliasMaximum ?? 10),
        Listener("max_topic_alias_broker", "25", 25, l => l.TopicAliasMaximumToClient ?? 64),
        Listener("mount_point", "site/", "site/", l => l.MountPoint),
        Listener("use_username_as_clientid", "true", true, l => l.UseUserNameAsClientId),
        Listener("listener_allow_anonymous", "true", true, l => l.AllowAnonymous),
        Listener("listener_auto_id_prefix", "x-", "x-", l => l.AutoIdPrefix),
        Listener("use_identity_as_username", "true", CertificateUserName.Identity, l => l.CertificateUserName),
        Listener("use_subject_as_username", "true", CertificateUserName.Subject, l => l.CertificateUserName),
    ];

    private static MappingRow[] Tls =>
    [
        Secure("certfile", "d.pem", "d.pem", t => t.Certificates[0].CertificateFile),
        Secure("keyfile", "l.pem", "l.pem", t => t.Certificates[0].KeyFile),
        Secure("sni_certfile", "s.pem\nsni_keyfile t.pem", "s.pem", t => t.Certificates[1].CertificateFile),
        Secure("sni_keyfile", "t.pem\nsni_certfile s.pem", "t.pem", t => t.Certificates[1].KeyFile),
        Secure("cafile", "ca.pem", "ca.pem", t => t.CaFile),
        Secure("capath", "/certs", "/certs", t => t.CaPath),
        Secure("crlfile", "crl.pem", "crl.pem", t => t.CrlFile),
        Secure("require_certificate", "true", true, t => t.RequireCertificate),
        Secure("tls_version", "tlsv1.3", TlsVersion.Tls13, t => t.MinimumVersion),
        Secure("ciphers", "ECDHE:!aNULL", "ECDHE:!aNULL", t => t.Ciphers),
        Secure("ciphers_tls1.3", "TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256", t => t.CipherSuites),
        Secure("dhparamfile", "dh.pem", "dh.pem", t => t.DhParameterFile),
        Listener("psk_hint", "a hint", "a hint", l => l.Tls?.PskHint),
        new("psk_file", "keys", "keys", m => m.Broker.Listeners[0].Tls?.PskFile, $"listener 1884 ::1\n{Psk}"),
        Secure("tls_keyform", "pem", 1, t => t.Certificates.Count),
    ];

    private static MappingRow[] Access =>
    [
        Listener("allow_anonymous", "true", true, l => l.AllowAnonymous),
        Listener("allow_zero_length_clientid", "false", false, l => l.AllowZeroLengthClientId),
        Listener("auto_id_prefix", "made by us ", "made by us", l => l.AutoIdPrefix),
    ];

    private static MappingRow Broker(string option, string value, object expected, Func<BrokerOptions, object?> read) =>
        new(option, value, expected, mapped => read(mapped.Broker));

    private static MappingRow Saved(
        string option, string value, object expected, Func<PersistenceOptions, object?> read) =>
        new(option, value, expected, mapped => read(mapped.Broker.Persistence!), "persistence true\n");

    private static MappingRow Listener(
        string option, string value, object expected, Func<ListenerOptions, object?> read) =>
        new(option, value, expected, mapped => read(mapped.Broker.Listeners[0]), "listener 1884\n");

    private static MappingRow Secure(string option, string value, object expected, Func<TlsOptions, object?> read) =>
        new(option, value, expected, mapped => read(mapped.Broker.Listeners[0].Tls!), $"listener 1884 ::1\n{Pair}");
}
