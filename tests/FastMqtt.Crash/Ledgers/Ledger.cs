// Everything that the clients of a run have sent and received, with the moment of each. It is also all that clients
// remember: a publisher's handshakes under way and a subscriber's Packet Identifiers are read from it, so that clients
// can go on from any moment of it.
namespace FastMqtt.Crash.Ledgers;

internal sealed class Ledger
{
    public required IReadOnlyList<ClientRecord> Publishers { get; init; }

    public required IReadOnlyList<SubscriberRecord> Subscribers { get; init; }

    // By number.
    public List<Message> Messages { get; private init; } = [];

    // What was wrong at the moment it happened; the checks find the rest.
    public List<string> Complaints { get; } = [];

    public int AcknowledgedCount => Messages.Count(message => message.AcknowledgedAt is not null);

    public int DeliveredCount => Subscribers.Sum(subscriber => subscriber.Deliveries.Count);

    // As it was when the journal had this length.
    public Ledger Cut(long journal) => new()
    {
        Publishers = [.. Publishers.Select(client => Cut(client, journal))],
        Subscribers = [.. Subscribers.Select(subscriber => subscriber.Cut(journal))],
        Messages =
        [
            .. Messages.TakeWhile(message => message.SentAt.Journal <= journal)
                .Select(message => Cut(message, journal)),
        ],
    };

    private static ClientRecord Cut(ClientRecord client, long journal) => new()
    {
        Name = client.Name,
        Version = client.Version,
        FirstConnectAt = client.FirstConnectAt.Until(journal),
        SessionSince = client.SessionSince.Until(journal),
    };

    private static Message Cut(Message message, long journal) => message with
    {
        AcknowledgedAt = message.AcknowledgedAt.Until(journal),
        CompletedAt = message.CompletedAt.Until(journal),
        RefusedAt = message.RefusedAt.Until(journal),
    };
}
