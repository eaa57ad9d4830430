// `fastmqtt bench`: the load modes a user needs to size a machine, the seed's benchmark and its corrected variant, and
// without a subcommand a short set of loads.
using System.CommandLine;

namespace FastMqtt.Bench.Commands;

public static class BenchCommand
{
    public static Command Create(LoadSettings settings)
    {
        var bench = new Command("bench", "Measure a broker, this one or any other; alone: short loads in a table");
        StandardSet.AddTo(bench, settings);
        foreach (LoadMode mode in Enum.GetValues<LoadMode>())
        {
            // Its name belongs to the benchmark of the broker FastMqtt grew from; 1x1 has the same shape.
            if (mode != LoadMode.Seed)
            {
                bench.Subcommands.Add(LoadCommand.Create(mode, settings));
            }
        }

        bench.Subcommands.Add(OneToOneCommand.Create(settings));
        bench.Subcommands.Add(SeedCommand.Create(settings));
        return bench;
    }
}
