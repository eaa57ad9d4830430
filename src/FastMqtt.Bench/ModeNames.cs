// The words for modes and patterns, on the command line and in results.
namespace FastMqtt.Bench;

internal static class ModeNames
{
    public static string Of(LoadMode mode) => mode switch
    {
        LoadMode.Throughput => "throughput",
        LoadMode.Latency => "latency",
        LoadMode.Seed => "seed",
        LoadMode.Storm => "storm",
        LoadMode.Idle => "idle",
        LoadMode.Subscriptions => "subs",
        LoadMode.SubscribeStorm => "substorm",
        LoadMode.FanOutStorm => "fanout-storm",
        LoadMode.Retained => "retained",
        _ => "offline",
    };

    public static string Of(SubscriptionMix mix) => mix switch
    {
        SubscriptionMix.Mixed => "mixed",
        SubscriptionMix.Exact => "exact",
        _ => "wild",
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
