// Random lives of a broker: QoS 1 never lost, QoS 2 exactly once, order kept, all memory back. A failure names its
// seed. FASTMQTT_TEST_SEEDS runs so many seeds instead of the few that fit into the suite's time, from
// FASTMQTT_TEST_FIRST_SEED on. Which dispatcher has which client is another matter of chance in each process: a failure
// with several may need some runs to come again.

using System.Globalization;
using Xunit;

namespace FastMqtt.Broker.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Steps = 1_500;
    private const int DefaultSeeds = 12;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Promises_hold_whatever_happens(int dispatchers)
    {
        foreach (int seed in Seeds(dispatchers))
        {
            using var simulation = new Simulation(seed, dispatchers);
            simulation.Run(Steps);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Promises_hold_when_the_broker_dies_again_and_again(int dispatchers)
    {
        foreach (int seed in Seeds(dispatchers))
        {
            using var simulation = new Simulation(seed, dispatchers, crashes: true);
            simulation.Run(Steps);
        }
    }

    private IEnumerable<int> Seeds(int dispatchers)
    {
        int first = (dispatchers * 1_000_000) + Number("FASTMQTT_TEST_FIRST_SEED", 0);
        for (int seed = first; seed < first + Number("FASTMQTT_TEST_SEEDS", DefaultSeeds); seed++)
        {
            output.WriteLine($"seed {seed}");
            yield return seed;
        }
    }

    private static int Number(string variable, int byDefault) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : byDefault;
}
