// Who takes part in a run: publishers and subscribers of both versions, and their filters. All of it follows from the
// seed. The first subscriber has every topic, so that no message is without a receiver.
using FastMqtt.Crash.Ledgers;

namespace FastMqtt.Crash.Rounds;

internal static class FleetPlan
{
    public static Ledger Create(Random random) => new()
    {
        Publishers = [.. Enumerable.Range(0, random.Next(3, 6)).Select(index => CreatePublisher(index, random))],
        Subscribers = [.. Enumerable.Range(0, random.Next(4, 7)).Select(index => CreateSubscriber(index, random))],
    };

    private static ClientRecord CreatePublisher(int index, Random random) => new()
    {
        Name = $"publisher-{index}",
        Version = ChooseVersion(random),
    };

    private static SubscriberRecord CreateSubscriber(int index, Random random)
    {
        string[] filters = Topics.ShuffleFilters(random);
        int stable = random.Next(1, 4);
        int changing = random.Next(0, 3);
        return new SubscriberRecord
        {
            Name = $"subscriber-{index}",
            Version = ChooseVersion(random),
            ReceiveMaximum = (ushort)(random.Next(2) == 0 ? random.Next(3, 30) : ushort.MaxValue),
            Stable = index == 0 ? [("#", QualityOfService.ExactlyOnce)] : With(filters[..stable]),
            Changing = With(filters.AsSpan(stable, changing).ToArray().Where(filter => index > 0 || filter != "#")),
        };

        IReadOnlyList<(string, QualityOfService)> With(IEnumerable<string> some) =>
            [.. some.Select(filter => (filter, Topics.ChooseQoS(random.Next(2))))];
    }

    private static ProtocolVersion ChooseVersion(Random random) =>
        random.Next(2) == 0 ? ProtocolVersion.Mqtt311 : ProtocolVersion.Mqtt5;
}
