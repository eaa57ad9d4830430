// A subscriber's part of the ledger.
namespace FastMqtt.Crash.Ledgers;

internal sealed class SubscriberRecord : ClientRecord
{
    private readonly HashSet<int> _delivered = [];

    // Receive Maximum of a 5.0 client: a small one makes messages wait in the session.
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    // Subscribed at the first connection and never left.
    public required IReadOnlyList<(string Filter, QualityOfService QoS)> Stable { get; init; }

    // Subscribed and left in turn.
    public required IReadOnlyList<(string Filter, QualityOfService QoS)> Changing { get; init; }

    public List<SubscriptionPeriod> Periods { get; private init; } = [];

    public List<Delivery> Deliveries { get; } = [];

    public List<Receipt> Receipts { get; private init; } = [];

    public bool HasReceived(int number) => _delivered.Contains(number);

    public void Add(Delivery delivery)
    {
        Deliveries.Add(delivery);
        if (!delivery.Retain)
        {
            _delivered.Add(delivery.Number);
        }
    }

    public SubscriberRecord Cut(long journal)
    {
        var copy = new SubscriberRecord
        {
            Name = Name,
            Version = Version,
            ReceiveMaximum = ReceiveMaximum,
            Stable = Stable,
            Changing = Changing,
            FirstConnectAt = FirstConnectAt.Until(journal),
            SessionSince = SessionSince.Until(journal),
            Periods = [.. Periods.Where(period => period.SubscribeSentAt.Journal <= journal).Select(Cut)],
            Receipts =
            [
                .. Receipts.Where(receipt => receipt.ReceivedAt.Journal <= journal)
                    .Select(receipt => receipt with { ReleasedAt = receipt.ReleasedAt.Until(journal) }),
            ],
        };
        foreach (Delivery delivery in Deliveries.Where(delivery => delivery.At.Journal <= journal))
        {
            copy.Add(delivery);
        }

        return copy;

        SubscriptionPeriod Cut(SubscriptionPeriod period) => period with
        {
            SubackAt = period.SubackAt.Until(journal),
            UnsubscribeSentAt = period.UnsubscribeSentAt.Until(journal),
            UnsubackAt = period.UnsubackAt.Until(journal),
        };
    }
}
