// AllocationBudget.json: bytes per operation that each case may allocate. 0 for everything on the data path.

using System.Text.Json;

namespace FastMqtt.Benchmarks.Budget;

internal static class AllocationBudget
{
    public const string FileName = "AllocationBudget.json";

    public static SortedDictionary<string, double> Read()
    {
        using Stream file = typeof(AllocationBudget).Assembly.GetManifestResourceStream(FileName)!;
        return JsonSerializer.Deserialize<SortedDictionary<string, double>>(file)!;
    }
}
