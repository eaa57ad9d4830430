// Random lives of a broker: QoS 1 never lost, QoS 2 exactly once, order kept, all memory back. A failure names its
// seed. FASTMQTT_TEST_SEEDS runs so many seeds instead of the few that fit into the suite's time.

using System.Globalization;
using Xunit;

namespace FastMqtt.Broker.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Steps = 1_500;
    private const string DefaultSeeds = "12";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Promises_hold_whatever_happens(int dispatchers)
    {
        string seeds = Environment.GetEnvironmentVariable("FASTMQTT_TEST_SEEDS") ?? DefaultSeeds;
        int count = int.Parse(seeds, CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            int seed = (dispatchers * 1_000_000) + i;
            output.WriteLine($"seed {seed}");
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
        string seeds = Environment.GetEnvironmentVariable("FASTMQTT_TEST_SEEDS") ?? DefaultSeeds;
        int count = int.Parse(seeds, CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            int seed = (dispatchers * 1_000_000) + i;
            output.WriteLine($"seed {seed}");
            using var simulation = new Simulation(seed, dispatchers, crashes: true);
            simulation.Run(Steps);
        }
    }
}
