// Which subscribers receive which publisher's messages.
namespace FastMqtt.Bench;

public enum TopicPattern
{
    /// <summary>Subscriber n has the topic of publisher n modulo their number.</summary>
    Pair,

    /// <summary>Everyone on one topic.</summary>
    One,

    /// <summary>A topic per publisher, each subscriber on all of them through a <c>+</c>.</summary>
    Wild,

    /// <summary>The same through a <c>#</c>.</summary>
    Hash,

    /// <summary>One topic and one Shared Subscription: a message goes to one of the subscribers.</summary>
    Share,
}
