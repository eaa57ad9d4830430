// How benchmarks are run: one process per benchmark, workstation collector, not concurrent, no profile-guided tiers,
// so that two runs of the same code agree. Under AOT the instruction set of the shipped binary.

using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains;
using BenchmarkDotNet.Toolchains.NativeAot;
using Perfolizer.Horology;

namespace FastMqtt.Benchmarks;

internal static class BenchmarkJobs
{
    /// <summary>The compiler that the SDK of global.json brings; another one would have to be downloaded.</summary>
    private const string CompilerVersion = "10.0.12";

    /// <summary>Whether this process runs every benchmark once to see that it runs: `--job dry`.</summary>
    public static bool IsDry { get; private set; }

    public static IConfig For(string[] arguments, bool aot)
    {
        IsDry = arguments.Contains("dry", StringComparer.OrdinalIgnoreCase);
        ManualConfig config = ManualConfig.Create(DefaultConfig.Instance);
        if (aot)
        {
            return config.AddJob(Steady(Job.Default).WithToolchain(AotToolchain()).WithId("AOT"));
        }

        // A job named on the command line is run instead of this one, not beside it.
        bool named = arguments.Any(argument => argument is "--job" or "-j" or "--inProcess" or "-i");
        return named ? config : config.AddJob(Steady(Job.Default).WithId("JIT"));
    }

    private static Job Steady(Job job) => job
        .WithGcServer(false)
        .WithGcConcurrent(false)
        .WithEnvironmentVariable("DOTNET_TieredPGO", "0")
        .WithIterationTime(TimeInterval.FromMilliseconds(100))
        .WithWarmupCount(3)
        .WithIterationCount(9);

    private static IToolchain AotToolchain() => NativeAotToolchain.CreateBuilder()
        .UseNuGet(CompilerVersion)
        .IlcInstructionSet("x86-64-v3")
        .RootAllApplicationAssemblies(false)
        .TargetFrameworkMoniker("net10.0")
        .DisplayName("AOT")
        .ToToolchain();
}
