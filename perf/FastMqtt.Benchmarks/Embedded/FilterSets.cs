// Indexes with many filters, of which exactly one matches each topic. The last one built is kept: cases run in order
// of their parameters, and a million filters take a second to subscribe to, which every case would pay for.

using System.Globalization;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks.Embedded;

internal static class FilterSets
{
    private const int FiltersPerBuilding = 1_000;

    private static (int Count, FilterMix Mix) _key;
    private static SubscriptionIndex? _index;

    public static SubscriptionIndex Index(int count, FilterMix mix)
    {
        if (_index is null || _key != (count, mix))
        {
            _index = null; // before the next one is built
            _index = Build(count, mix);
            _key = (count, mix);
        }

        return _index;
    }

    public static byte[] Topic(int filter) => Packets.Bytes(Name(filter, "sensor", "state"));

    public static byte[] UnknownTopic(int filter) => Packets.Bytes(Name(filter, "nobody", "knows"));

    /// <summary>The filter that matches <see cref="Topic"/> of the same number.</summary>
    public static byte[] Filter(int filter, FilterMix mix) => Packets.Bytes(KindOf(filter, mix) switch
    {
        0 => Name(filter, "sensor", "state"),
        1 => Name(filter, "+", "state"),
        _ => Name(filter, "sensor", "#"),
    });

    public static SubscriptionIndex Build(int count, FilterMix mix, int shapesMax = FilterTable.ShapesMax)
    {
        var index = new SubscriptionIndex(1, 1, shapesMax);
        var session = new Session(0, 1, []);
        var options = new SubscriptionOptions(QualityOfService.AtMostOnce);
        for (int i = 0; i < count; i++)
        {
            index.Add(session, default, Filter(i, mix), options, 0);
        }

        return index;
    }

    // 0: exact, 1: '+', 2: '#'.
    private static int KindOf(int filter, FilterMix mix) => mix switch
    {
        FilterMix.Exact => 0,
        FilterMix.Wildcard => 1 + (filter & 1),
        _ => (filter % 20) switch { < 14 => 0, < 17 => 1, _ => 2 },
    };

    private static string Name(int filter, string kind, string last) => string.Create(
        CultureInfo.InvariantCulture,
        $"building/{filter / FiltersPerBuilding:0000}/{kind}/{filter % FiltersPerBuilding:000}/{last}");
}
