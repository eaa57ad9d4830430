// The catalogue's part about who may come in: what per_listener_settings moves to the listeners, and plugins.
namespace FastMqtt.Configuration;

internal static class SecurityOptions
{
    private const string NoPlugins = "plugins are libraries for Mosquitto; nobody is let in or kept out by one here";
    private const OptionScope Security = OptionScope.Security;

    public static OptionDefinition[] All => [.. Access, .. Tokens, .. Service, .. Plugins];

    private static OptionDefinition[] Access =>
    [
        Define.InputFile("acl_file", Security, "What clients may publish, subscribe to and receive"),
        Define.Boolean("allow_anonymous", Security, false, "Whether clients may connect without a user name")
            with { Default = string.Empty, Why = "without it: false, or true when there is no listener" },
        Define.Boolean("allow_zero_length_clientid", Security, true,
            "Whether an empty Client Identifier is replaced by a made one"),
        Define.Text("auto_id_prefix", Security, "What made Client Identifiers begin with")
            with { Default = "auto-", Maximum = 50 },
        Define.InputFile("password_file", Security, "Users and hashed passwords, as fastmqtt passwd writes them"),
        Define.InputFile("psk_file", Security, "Pre-shared keys: identity:key, the key in hexadecimal"),
    ];

    private static OptionDefinition[] Tokens =>
    [
        Define.InputFile("jwt_hmac_key_file", Security, "Key of tokens signed with HS256").Own(),
        Define.InputFile("jwt_key_file", Security, "Public key or certificate (PEM) of tokens, RS256 or ES256").Own(),
        Define.InputFile("jwt_jwks_file", Security, "Public keys of tokens signed with RS256 or ES256, as a JWK set")
            .Own(),
        Define.Text("jwt_issuer", Security, "Issuer (iss) that a token must have").Own(),
        Define.Text("jwt_audience", Security, "Audience (aud) that a token must have").Own(),
        Define.Text("jwt_username_claim", Security, "Claim that is the user name").Own() with { Default = "sub" },
    ];

    private static OptionDefinition[] Service =>
    [
        Define.Text("http_auth_url", Security, "Service that is asked who may connect").Own()
            with { Check = ValueChecks.WebAddress },
        Define.Text("http_acl_url", Security, "Service that is asked what a client may do").Own()
            with { Check = ValueChecks.WebAddress },
        Define.Integer("http_auth_timeout", Security, "5", 1, 60, "How long an answer may take; then: no")
            .In("seconds").Own(),
        Define.Integer("http_auth_cache", Security, "60", 0, 86_400, "How long an answer is remembered; 0 not at all")
            .In("seconds").Own(),
    ];

    private static OptionDefinition[] Plugins =>
    [
        new("plugin", OptionKind.Text, Security, "Library to load")
        {
            Aliases = ["auth_plugin"],
            Repeat = OptionRepeat.Adds,
            Support = OptionSupport.NotSupported,
            Why = NoPlugins,
        },
        new("global_plugin", OptionKind.Text, OptionScope.Global, "Library to load for all listeners")
        {
            Repeat = OptionRepeat.Adds,
            Support = OptionSupport.NotSupported,
            Why = NoPlugins,
        },
        new("plugin_load", OptionKind.Text, OptionScope.Global, "NAME PATH: library to load under a name")
        {
            Repeat = OptionRepeat.Adds,
            Support = OptionSupport.NotSupported,
            Why = NoPlugins,
        },
        new("plugin_use", OptionKind.Text, OptionScope.Listener, "Name of a loaded library to use for the listener")
        {
            Repeat = OptionRepeat.Adds,
            Support = OptionSupport.NotSupported,
            Why = NoPlugins,
        },
        new("plugin_opt_", OptionKind.Text, OptionScope.Plugin, "Option for the plugin it stands below")
        {
            Aliases = ["auth_opt_"],
            IsPrefix = true,
            IsSecret = true,
            Repeat = OptionRepeat.Adds,
            Support = OptionSupport.NotSupported,
            Why = NoPlugins,
        },
        Define.Boolean("auth_plugin_deny_special_chars", OptionScope.Plugin, true,
            "Whether names with + or # are kept from the plugin").NotSupported(NoPlugins),
    ];
}
