// What a case may allocate is in AllocationBudget.json. It is counted here and not by a short benchmark run, which also
// counts what the runtime does beside it. Every case is warmed up, then run for at least 100,000 operations on this
// thread; the least of several rounds counts, because what the code itself allocates shows in every round.
// A case without an entry fails, and so does an entry without a case: the file cannot fall behind.

using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Running;

namespace FastMqtt.Benchmarks.Budget;

internal static class BudgetCheck
{
    private const int OperationsMin = 100_000;
    private const int WarmUpInvocations = 50;
    private const int Rounds = 5;

    /// <returns>Whether every case is within its budget.</returns>
    public static bool Run(TextWriter output)
    {
        SortedDictionary<string, double> budget = AllocationBudget.Read();
        int failures = 0;
        int cases = 0;
        foreach (BenchmarkCase benchmark in AllCases())
        {
            cases++;
            string name = NameOf(benchmark);
            double bytes = Measure(benchmark);
            if (!budget.Remove(name, out double allowed))
            {
                failures++;
                output.WriteLine($"FAIL  {name}: no entry in {AllocationBudget.FileName}; it allocates {Text(bytes)}");
            }
            else if (bytes > allowed)
            {
                failures++;
                output.WriteLine($"FAIL  {name}: {Text(bytes)} allocated, {Text(allowed)} allowed");
            }
        }

        foreach (string name in budget.Keys)
        {
            failures++;
            output.WriteLine($"FAIL  {name}: in {AllocationBudget.FileName}, but there is no such case");
        }

        output.WriteLine($"allocation budget: {cases} cases, {failures} failures");
        return failures == 0;
    }

    private static IEnumerable<BenchmarkCase> AllCases() => typeof(BudgetCheck).Assembly.GetTypes()
        .Where(type => type.IsPublic && type.GetMethods().Any(IsBenchmark))
        .OrderBy(type => type.Name, StringComparer.Ordinal)
        .SelectMany(type => BenchmarkConverter.TypeToBenchmarks(type).BenchmarksCases
            .OrderBy(benchmark => benchmark.Parameters.DisplayInfo, StringComparer.Ordinal));

    private static bool IsBenchmark(MethodInfo method) =>
        method.IsDefined(typeof(BenchmarkDotNet.Attributes.BenchmarkAttribute));

    private static string NameOf(BenchmarkCase benchmark)
    {
        string parameters = string.Join(
            ", ",
            benchmark.Parameters.Items.Select(
                item => string.Create(CultureInfo.InvariantCulture, $"{item.Name}={item.Value}")));
        string name = $"{benchmark.Descriptor.Type.Name}.{benchmark.Descriptor.WorkloadMethod.Name}";
        return parameters.Length == 0 ? name : $"{name} ({parameters})";
    }

    private static double Measure(BenchmarkCase benchmark)
    {
        Descriptor descriptor = benchmark.Descriptor;
        object instance = Activator.CreateInstance(descriptor.Type)!;
        foreach (var parameter in benchmark.Parameters.Items)
        {
            descriptor.Type.GetProperty(parameter.Name)!.SetValue(instance, parameter.Value);
        }

        descriptor.GlobalSetupMethod?.Invoke(instance, null);
        Action work = WorkOf(instance, descriptor.WorkloadMethod);
        int operations = descriptor.OperationsPerInvoke;
        int invocations = Math.Max(1, (OperationsMin + operations - 1) / operations);
        Repeat(work, Math.Min(WarmUpInvocations, invocations));
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Repeat(work, invocations);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        descriptor.GlobalCleanupMethod?.Invoke(instance, null); // a broker that runs would keep the process
        return least / ((double)invocations * operations);
    }

    // A delegate, not a reflected call, which would allocate for its result.
    private static Action WorkOf(object instance, MethodInfo method)
    {
        if (method.ReturnType == typeof(void))
        {
            return method.CreateDelegate<Action>(instance);
        }

        Func<int> function = method.CreateDelegate<Func<int>>(instance);
        return () => function();
    }

    private static void Repeat(Action work, int invocations)
    {
        for (int i = 0; i < invocations; i++)
        {
            work();
        }
    }

    private static string Text(double bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes:0.####} bytes per operation");
}
