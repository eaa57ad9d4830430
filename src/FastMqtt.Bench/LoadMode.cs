// What a run measures; ModeNames has the words of the command line and of the results.
namespace FastMqtt.Bench;

public enum LoadMode
{
    /// <summary>Steady state: as much as the windows allow, for a time.</summary>
    Throughput,

    /// <summary>A fixed rate, each message timed from when it was due.</summary>
    Latency,

    /// <summary>Rounds of so many messages with so many outstanding end to end; the median round counts.</summary>
    Seed,

    /// <summary>Connections, so many at a time; what each costs the broker.</summary>
    Storm,

    /// <summary>Connections that do nothing, then a message for each, then all leave.</summary>
    Idle,

    /// <summary>Many subscriptions, then messages over them.</summary>
    Subscriptions,

    /// <summary>Steady traffic alone, then beside others who subscribe and unsubscribe all the time.</summary>
    SubscribeStorm,

    /// <summary>The latency of some pairs alone, then beside publishes to a topic of very many.</summary>
    FanOutStorm,

    /// <summary>Retained messages: stored, then delivered to new subscribers.</summary>
    Retained,

    /// <summary>Messages queued for clients that are away, then delivered.</summary>
    Offline,
}
