// Shorthand of the tests: a configuration from text, without a file, and from a file that is gone afterwards.
using FastMqtt.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Tests.Configuration;

internal static class Configured
{
    /// <summary>For configurations that name nothing that decides about access.</summary>
    public static AccessFactory Access { get; } = new(NullLogger.Instance);

    /// <summary>Reads a file with this content.</summary>
    public static Settings Read(string content, params string[] sets) =>
        Read(new ConfigurationInput { Sets = sets }, content);

    public static Settings Read(ConfigurationInput input, string content)
    {
        using var folder = new TemporaryFolder();
        return ConfigurationReader.Read(input with { File = folder.Write("test.conf", content) });
    }

    /// <summary>Reads a file that must be good, and maps it.</summary>
    public static MappedSettings Map(string content, params string[] sets)
    {
        Settings settings = Read(content, sets);
        Assert.Empty(settings.Problems);
        MappedSettings mapped = BrokerMapping.Map(settings, Access);
        mapped.Broker.Persistence = StoreMapping.Map(settings);
        Assert.Empty(settings.Problems);
        return mapped;
    }

    /// <summary>What is wrong with a file, as line and message.</summary>
    public static string[] ProblemsOf(string content) =>
        [.. Read(content).Problems.Select(problem => $"{problem.Origin.Line}: {problem.Message}")];

    public static string[] NoticesOf(string content) => [.. Read(content).Notices.Select(notice => notice.Text)];
}
