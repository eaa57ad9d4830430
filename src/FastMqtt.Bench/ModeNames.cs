// The words for modes and patterns, on the command line and in results.
namespace FastMqtt.Bench;

internal static class ModeNames
{
    public static string Of(LoadMode mode) => mode switch
    {
        LoadMode.Throughput => "throughput",
        LoadMode.Latency => "latency",
        _ => "seed",
    };

    public static string Of(TopicPattern pattern) => pattern switch
    {
        TopicPattern.Pair => "pair",
        TopicPattern.One => "one",
        TopicPattern.Wild => "wild",
        TopicPattern.Hash => "hash",
        _ => "share",
    };
}
