// A mistake on the command line is one line on stderr and exit code 2, never a stack trace.
using Xunit;

namespace FastMqtt.Tests;

public class CommandLineTests
{
    [Theory]
    [InlineData("--bogus", "--bogus")]
    [InlineData("-p", "-p")]
    [InlineData("-p x", "'x'")]
    [InlineData("-p 65536", "'65536'")]
    [InlineData("-p -1", "-1")]
    [InlineData("--listen here", "'here'")]
    [InlineData("--listen 1.2.3.4:5 --listen 1.2.3.4", "'1.2.3.4'")]
    [InlineData("--dispatchers 0", "'0'")]
    [InlineData("--dispatchers 65", "'65'")]
    [InlineData("health nowhere", "'nowhere'")]
    [InlineData("health 127.0.0.1:1 more", "more")]
    [InlineData("backup x", "persistence is not on")]
    [InlineData("import x", "persistence is not on")]
    [InlineData("backup", "'backup'")]
    [InlineData("import a b", "'b'")]
    [InlineData("backup --set persistence=yes x", "'yes'")]
    [InlineData("bench warp", "warp")]
    [InlineData("bench throughput -q 3", "'3'")]
    [InlineData("bench seed -c 0", "'0'")]
    [InlineData("bench seed -p 70000", "'70000'")]
    [InlineData("bench seed -l 1", "-l 2")]
    [InlineData("bench 1x1 -z 15", "'15'")]
    [InlineData("serve", "serve")]
    public void mistake_is_one_line_that_names_it(string arguments, string named)
    {
        (int exitCode, string output, string error) = Run(arguments.Split(' '));
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("fastmqtt: ", error, StringComparison.Ordinal);
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void version_is_name_and_number()
    {
        (int exitCode, string output, _) = Run("--version");
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Matches(@"^fastmqtt version [0-9]+\.[0-9]+\.[0-9]+$", output.Trim());
    }

    [Fact]
    public void help_names_every_option_and_command()
    {
        (int exitCode, string output, _) = Run("--help");
        Assert.Equal(ExitCodes.Success, exitCode);
        string[] names = ["-p", "--listen", "--allow-anonymous", "-v", "--version", "--dispatchers", "health", "bench",
            "backup", "import"];
        Assert.All(names, name => Assert.Contains(name, output, StringComparison.Ordinal));
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = CommandLine.Run(arguments, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
