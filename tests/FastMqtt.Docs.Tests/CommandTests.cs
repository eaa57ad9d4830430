// Every command of the documents runs, each block in a directory of its own: fastmqtt is the published binary, files
// are those of a scratch root, and what would change this machine (a container, systemd, apt) or takes minutes (make)
// is a stand-in that knows the words it may be called with. See Commands/block.sh.
using System.Diagnostics;

namespace FastMqtt.Docs.Tests;

public class CommandTests
{
    public static TheoryData<string, string> Commands => Documents.BlocksIn("sh");

    public static TheoryData<string, string> Sessions => Documents.BlocksIn("console");

    public static TheoryData<string, string> Configurations => Documents.BlocksIn("conf");

    public static TheoryData<string, string> AccessFiles => Documents.BlocksIn("acl");

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_runs(string place, string text) => await RunAsync(place, text);

    [Theory]
    [MemberData(nameof(Sessions))]
    public async Task Command_of_a_session_runs(string place, string text)
    {
        string[] commands = [.. text.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal))];
        Assert.NotEmpty(commands);
        await RunAsync(place, string.Join('\n', commands.Select(line => line[2..])));
    }

    [Theory]
    [MemberData(nameof(Configurations))]
    public async Task Configuration_is_good(string place, string text) =>
        await RunAsync(place, $"cat >checked.conf <<'END'\n{text}END\nfastmqtt check -c checked.conf");

    [Theory]
    [MemberData(nameof(AccessFiles))]
    public async Task Access_file_is_good(string place, string text) => await RunAsync(
        place,
        $"cat >checked.acl <<'END'\n{text}END\n"
        + "printf 'allow_anonymous true\\nacl_file %s/checked.acl\\n' \"$PWD\" >checked.conf\n"
        + "fastmqtt check -c checked.conf");

    [Theory]
    [InlineData("fastmqtt --no-such-option")]
    [InlineData("fastmqtt check -c no-such-file.conf")]
    [InlineData("make no-such-target")]
    [InlineData("systemctl no-such-verb fastmqtt")]
    [InlineData("no-such-program")]
    public async Task Command_that_fails_is_noticed(string text)
    {
        (int code, _) = await TryRunAsync(text);
        Assert.NotEqual(0, code);
    }

    private static async Task RunAsync(string place, string text)
    {
        (int code, string output) = await TryRunAsync(text);
        Assert.True(code == 0, $"{place} ended with {code}\n{output}");
    }

    private static async Task<(int Code, string Output)> TryRunAsync(string text)
    {
        string binary = Path.Combine(Documents.Root, "artifacts", "fastmqtt");
        Assert.SkipUnless(File.Exists(binary), "artifacts/fastmqtt is missing: make docs-check publishes it first");
        using var process = new Process();
        process.StartInfo = new ProcessStartInfo("bash")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "Commands", "block.sh") },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["REPOSITORY"] = Documents.Root },
        };
        process.Start();
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(text);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await error);
    }
}
