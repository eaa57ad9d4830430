// What there is to publish and to subscribe to. Topics under t/ have every publisher; those under r/ are retained, with
// one publisher and one QoS each, so that their last message is known.
namespace FastMqtt.Crash.Rounds;

internal static class Topics
{
    public const string RetainedFilter = "r/#";

    private const int RetainedPerPublisher = 3;
    private const double ClearShare = 0.25;

    private static readonly string[] Plain = ["t/a", "t/b", "t/b/c", "t/d/e/f"];

    private static readonly string[] Filters =
        ["t/#", "r/#", "#", "t/+", "t/a", "t/b/#", "+/b/c", "t/+/+/f", "r/+/1", "r/0/#", "t/b"];

    public static string ChoosePlain(Random random) => Plain[random.Next(Plain.Length)];

    public static (string Topic, QualityOfService QoS) ChooseRetained(int publisher, Random random)
    {
        int number = random.Next(RetainedPerPublisher);
        return ($"r/{publisher}/{number}", ChooseQoS(number));
    }

    public static QualityOfService ChooseQoS(int number) =>
        number % 2 == 0 ? QualityOfService.AtLeastOnce : QualityOfService.ExactlyOnce;

    // Bytes. Mostly small, some that need several pages of a file.
    public static int ChooseSize(Random random, bool mayClear)
    {
        if (mayClear && random.NextDouble() < ClearShare)
        {
            return 0;
        }

        return random.NextDouble() switch
        {
            < 0.005 => random.Next(20_000, 80_000),
            < 0.05 => random.Next(500, 6_000),
            _ => random.Next(12, 200),
        };
    }

    // Different filters in random order.
    public static string[] ShuffleFilters(Random random)
    {
        string[] filters = [.. Filters];
        random.Shuffle(filters);
        return filters;
    }
}
