// Which kinds of filters the subscriptions of a run have.
namespace FastMqtt.Bench;

public enum SubscriptionMix
{
    /// <summary>70 % exact, the rest <c>+</c> at either end and <c>#</c>.</summary>
    Mixed,

    Exact,

    Wild,
}
