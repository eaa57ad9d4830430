// `fastmqtt bench seed`: grammar only. What is measured is in Seed/.
using System.CommandLine;
using FastMqtt.Bench.Seed;

namespace FastMqtt.Bench.Commands;

internal static class SeedCommand
{
    public static Command Create(LoadSettings settings)
    {
        var target = new AddressOptions();
        Option<int> count = OptionFactory.Number("--count", "-c", "COUNT", "Messages to count", 100, 1);
        Option<int> window = OptionFactory.Number(
            "--preload", "-l", "CONCURRENT", "Messages sent ahead; at least 2", 10, 1);
        window.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<int>() < SeedBench.WindowMin)
            {
                result.AddError("bench seed needs -l 2 or more: it counts a message only when the next one arrives");
            }
        });
        var command = new Command("seed", "The 1x1 benchmark of the broker FastMqtt grew from, byte for byte")
        {
            count, window,
        };
        target.AddTo(command);
        command.SetAction(parsed => Guard.Run(settings, () =>
        {
            SeedBench.Run(target.Read(parsed), parsed.GetValue(count), parsed.GetValue(window), settings.Output);
            return true;
        }));
        return command;
    }
}
