// From a SUBSCRIBE to the UNSUBACK, if there was one. Not acknowledged: the client asks again when it is back.
namespace FastMqtt.Crash.Ledgers;

internal sealed record SubscriptionPeriod
{
    public required string Filter { get; init; }

    public required QualityOfService QoS { get; init; }

    public required Moment SubscribeSentAt { get; init; }

    public Moment? SubackAt { get; set; }

    public Moment? UnsubscribeSentAt { get; set; }

    public Moment? UnsubackAt { get; set; }

    // SUBSCRIBEs sent, for the copies of retained messages they may bring.
    public int Attempts { get; set; } = 1;

    public bool IsPending => SubackAt is null || (UnsubscribeSentAt is not null && UnsubackAt is null);
}
