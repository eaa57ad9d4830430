// The catalogue's part with what Mosquitto does not have: the broker as a whole.
namespace FastMqtt.Configuration;

internal static class OwnOptions
{
    private const OptionScope Global = OptionScope.Global;

    public static OptionDefinition[] All =>
    [
        Define.Integer("dispatchers", Global, "0", 0, 64,
            "Threads that serve clients; 0 one on up to 3 cores, otherwise cores - 1").AtStartOnly().Own(),
        Define.Integer("spin", Global, "30", 0, 1_000,
            "How long to look for work before sleeping, while traffic makes it pay; 0 never").In("microseconds").Own(),
        Define.Integer("connect_timeout", Global, "10", 1, 3_600, "Time from accept to a complete CONNECT")
            .In("seconds").Own(),
        Define.Integer("login_delay", Global, "2", 0, 60,
            "Longest time a login waits because others from its address failed; less than connect_timeout; 0 none")
            .In("seconds").Own(),
        Define.Integer("max_handshakes", Global, "4096", 1, 1_000_000, "TLS handshakes going on at a time").Own(),
        new OptionDefinition("durability", OptionKind.Durability, Global,
            "When what is acknowledged is on the disk: before; at the latest SECONDS later; when the system sees fit")
        {
            Default = "commit",
            Choices = ["commit", "interval", "off"],
            Minimum = 1,
            Maximum = 3_600,
        }.AtStartOnly().Own(),
        Define.Integer("max_memory_queued_bytes", Global, "67108864", 1, long.MaxValue,
            "Bytes of waiting messages kept in memory, all sessions together; with persistence the rest waits on disk")
            .In("bytes").AtStartOnly().Own(),
        Define.Integer("max_retained_bytes", Global, "1073741824", 0, long.MaxValue, "Bytes of retained messages")
            .In("bytes").Own(),
        Define.Integer("max_retained_messages", Global, "1000000", 0, int.MaxValue, "Retained messages").Own(),
        Define.Integer("max_subscriptions", Global, "100000", 1, int.MaxValue, "Subscriptions of one session").Own(),
        Define.Integer("receive_maximum", Global, "1000", 1, 65_535,
            "Unreleased QoS 2 messages accepted from one client").AtStartOnly().Own(),
        Define.Choice("log_format", Global, "text", ["text", "json"], "Form of a log line").Own(),
        new OptionDefinition("trace_socket", OptionKind.OutputFile, Global,
            "Unix socket on which fastmqtt trace is answered").AtStartOnly().Own(),
    ];
}
