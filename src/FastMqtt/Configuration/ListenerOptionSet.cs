// The catalogue's part about listeners: where they listen, TLS, what clients may do there.
namespace FastMqtt.Configuration;

internal static class ListenerOptionSet
{
    private const string NoEngine = "OpenSSL has no engines any more; keys are PEM files";
    private const OptionScope Listener = OptionScope.Listener;

    public static OptionDefinition[] All => [.. Sockets, .. Protocols, .. Clients, .. Tls, .. Certificates];

    private static OptionDefinition[] Sockets =>
    [
        new("listener", OptionKind.Listener, OptionScope.Global,
            "Begins a listener: PORT [ADDRESS], or 0 PATH for a unix socket; the options below it are its own")
        {
            Repeat = OptionRepeat.Adds,
            Reload = ReloadRule.Restart,
        },
        Define.Integer("port", Listener, "1883", 1, 65_535, "Port of the default listener, on every address")
            .AtStartOnly() with { Scope = OptionScope.Global, Why = "old; listener says the same" },
        Define.Text("bind_address", Listener, "Address of the default listener").AtStartOnly()
            with { Scope = OptionScope.Global, Why = "old; listener says the same" },
        Define.Text("bind_interface", Listener, "Network interface whose addresses are bound")
            .AtStartOnly(),
        Define.Choice("socket_domain", Listener, string.Empty, ["ipv4", "ipv6"], "Only this version of IP")
            .AtStartOnly() with { Why = "when it has no address; ipv6 takes IPv4 clients on its port too" },
    ];

    private static OptionDefinition[] Protocols =>
    [
        Define.Choice("protocol", Listener, "mqtt", ["mqtt", "websockets", "http_api"], "What is spoken").AtStartOnly()
            with
        {
            UnsupportedValues = new Dictionary<string, string>
            {
                ["http_api"] = "Mosquitto's HTTP interface; the listener is left out",
            },
        },
        new("accept_protocol_versions", OptionKind.Words, Listener, "Versions of MQTT: 3 is 3.1, 4 is 3.1.1, 5 is 5.0")
        {
            Default = "3, 4, 5",
            Choices = ["3", "4", "5"],
        },
        Define.Integer("enable_proxy_protocol", Listener, string.Empty, 1, 2,
            "Connections begin with a PROXY protocol header; version 1 and 2 are both understood").AtStartOnly(),
        Define.Boolean("proxy_protocol_v2_require_tls", Listener, false,
            "Whether a PROXY header of version 2 must say that the client came over TLS"),
        new("http_dir", OptionKind.Directory, Listener, "Files served beside WebSockets")
        {
            Repeat = OptionRepeat.Refused,
            Support = OptionSupport.NotSupported,
            Why = "the broker is not a web server",
        },
        Define.Text("websockets_origin", Listener, "Origin that a browser's page must have; may be given several times")
            with { Repeat = OptionRepeat.Adds },
        new OptionDefinition("trusted_proxies", OptionKind.Words, Listener,
            "Addresses or networks whose PROXY or X-Forwarded-For header is believed")
        {
            Check = ValueChecks.Networks,
        }.Own(),
    ];

    private static OptionDefinition[] Clients =>
    [
        Define.Integer("max_connections", Listener, "-1", -1, int.MaxValue,
            "Connections to the listener at a time; -1 any number") with { Below = -1 },
        Define.Integer("max_connections_per_address", Listener, "0", 0, int.MaxValue,
            "Connections to the listener from one address at a time; 0 any number").Own() with { Below = 0 },
        Define.Integer("connect_rate_per_address", Listener, "0", 0, int.MaxValue,
            "Connections to the listener from one address in a second; 0 any number").Own(),
        Define.Integer("max_qos", Listener, "2", 0, 2, "Highest QoS that clients may publish with")
            with { Aliases = ["maximum_qos"] },
        Define.Integer("max_topic_alias", Listener, "10", 0, 65_535, "Topic Aliases a client may use"),
        Define.Integer("max_topic_alias_broker", Listener, "64", 0, 65_535,
            "Topic Aliases the broker uses towards a client at the most"),
        Define.Text("mount_point", Listener, "Put in front of every topic of the listener's clients").AtStartOnly()
            with { Repeat = OptionRepeat.Replaces, Check = ValueChecks.TopicPrefix },
        Define.Boolean("use_username_as_clientid", Listener, false,
            "Whether the user name takes the place of the Client Identifier"),
        Define.Boolean("listener_allow_anonymous", Listener, false,
            "allow_anonymous for this listener") with { Default = string.Empty, Why = "without it: allow_anonymous" },
        Define.Text("listener_auto_id_prefix", Listener, "auto_id_prefix for this listener")
            with { Maximum = 50, Why = "without it: auto_id_prefix" },
    ];

    private static OptionDefinition[] Tls =>
    [
        Define.Choice("tls_version", Listener, "tlsv1.2", ["tlsv1.3", "tlsv1.2", "tlsv1.1"], "Oldest version of TLS")
            .AtStartOnly() with
        {
            UnsupportedValues = new Dictionary<string, string> { ["tlsv1.1"] = "not safe; tlsv1.2 is the oldest" },
        },
        Define.Text("ciphers", Listener, "Ciphers of TLS 1.2, in OpenSSL's notation").AtStartOnly()
            with { Repeat = OptionRepeat.Replaces },
        Define.Text("ciphers_tls1.3", Listener, "Cipher suites of TLS 1.3, in OpenSSL's notation").AtStartOnly()
            with { Repeat = OptionRepeat.Replaces },
        File("dhparamfile", "Diffie-Hellman parameters for TLS 1.2"),
        Define.Text("psk_hint", Listener, "Hint that turns on pre-shared keys instead of certificates").AtStartOnly(),
        Define.Text("tls_engine", Listener, "OpenSSL engine").NotSupported(NoEngine),
        Define.Text("tls_engine_kpass_sha1", Listener, "Password of the engine's key").NotSupported(NoEngine)
            with { IsSecret = true },
        Define.Choice("tls_keyform", Listener, "pem", ["pem", "engine"], "Form of the key") with
        {
            UnsupportedValues = new Dictionary<string, string> { ["engine"] = NoEngine },
        },
    ];

    private static OptionDefinition[] Certificates =>
    [
        File("certfile", "The server's certificate and its chain, PEM"),
        File("keyfile", "The private key of certfile, PEM"),
        File("sni_certfile", "A further certificate, for the server names in it; may be given several times").Own()
            with { Repeat = OptionRepeat.Adds },
        File("sni_keyfile", "The private key of the sni_certfile with the same position").Own()
            with { Repeat = OptionRepeat.Adds },
        File("cafile", "Certificate authorities that client certificates are verified against, PEM"),
        new("capath", OptionKind.Directory, Listener, "Directory of such authorities, named by OpenSSL's hashes")
        {
            Reload = ReloadRule.FileOnly,
        },
        File("crlfile", "Revoked client certificates, PEM"),
        Define.Boolean("require_certificate", Listener, false, "Whether a client must show a certificate")
            .AtStartOnly(),
        Define.Boolean("use_identity_as_username", Listener, false,
            "Whether the certificate's Common Name, or the identity of the pre-shared key, is the user name"),
        Define.Boolean("use_subject_as_username", Listener, false,
            "Whether the certificate's subject is the user name"),
        Define.Boolean("disable_client_cert_date_checks", Listener, false,
            "Whether expired client certificates are accepted").NotSupported("expired certificates are refused"),
    ];

    private static OptionDefinition File(string name, string description) =>
        Define.InputFile(name, Listener, description) with { Reload = ReloadRule.FileOnly };
}
