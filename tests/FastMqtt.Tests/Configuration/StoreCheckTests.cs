// `fastmqtt check` says when the store's file cannot be where the options want it.
using System.Runtime.Versioning;
using FastMqtt.Commands;
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

[SupportedOSPlatform("linux")]
public sealed class StoreCheckTests : IDisposable
{
    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Allow(OwnerOnly);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("persistence_location {0}/none", 2, "persistence_location '{0}/none' is not a directory")]
    [InlineData("persistence_location {0}/text", 2, "persistence_location '{0}/text' is not a directory")]
    [InlineData("persistence_file {0}/none/a", 1, "persistence_location '{0}/none' is not a directory")]
    [InlineData("persistence_file {0}/folder", 2, "persistence_file '{0}/folder' is a directory")]
    [InlineData("persistence_file {0}/a", 2, "persistence_file '{0}/a.fastmqtt' is a database of Mosquitto")]
    public void place_that_cannot_be_used_is_a_mistake(string line, int at, string expected)
    {
        _folder.Write("text", "persistence true\n");
        _folder.Write("folder/x", string.Empty);
        _folder.WriteBytes("a.fastmqtt", StoreFiles.Mosquitto);
        (int exitCode, string output, string error) = Check($"persistence true\n{Here(line)}\n");
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Empty(output);
        Assert.Equal($"fastmqtt: {_folder.Path}/test.conf:{at}: {Here(expected)}\n", error);
    }

    [Fact]
    public void without_persistence_the_place_does_not_matter() =>
        Assert.Equal(ExitCodes.Success, Check("persistence_location /nowhere\n").ExitCode);

    [Fact]
    public void what_is_imported_is_a_comment()
    {
        _folder.WriteBytes("mosquitto.db", StoreFiles.Mosquitto);
        (int exitCode, string output, string error) =
            Check(Here("persistence true\npersistence_location {0}\ndurability interval 9\n"));
        Assert.Equal((ExitCodes.Success, string.Empty), (exitCode, error));
        Assert.StartsWith($"# {_folder.Path}/mosquitto.db of Mosquitto is imported", output, StringComparison.Ordinal);
        Assert.Contains("durability interval 9 ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void root_needs_a_place_for_whom_it_becomes()
    {
        Allow(OwnerOnly);
        Assert.Equal(
            $"persistence_location '{_folder.Path}' may not be written to by user 4711",
            StoreChecks.FaultOf(_folder.Path, "4711", current: 0));
        Assert.Null(StoreChecks.FaultOf(_folder.Path, null, current: 0));
        Assert.Null(StoreChecks.FaultOf(_folder.Path, "nobody-here", current: 0)); // said where it is looked for
        Assert.Null(StoreChecks.FaultOf(_folder.Path, "4711", current: 4712)); // who is not root stays who it is
        Allow(OwnerOnly | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute);
        Assert.Null(StoreChecks.FaultOf(_folder.Path, "4711", current: 0));
    }

    [Fact]
    public void who_may_not_write_is_told()
    {
        Allow(UnixFileMode.UserRead | UnixFileMode.UserExecute);
        bool isRoot = Environment.IsPrivilegedProcess; // may write anywhere
        Assert.Equal(
            isRoot ? null : $"persistence_location '{_folder.Path}' may not be written to",
            StoreChecks.FaultOf(_folder.Path, null));
    }

    private void Allow(UnixFileMode mode) => File.SetUnixFileMode(_folder.Path, mode);

    private string Here(string text) => text.Replace("{0}", _folder.Path, StringComparison.Ordinal);

    private (int ExitCode, string Output, string Error) Check(string content)
    {
        string path = _folder.Write("test.conf", content);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = CheckCommand.Run(new ConfigurationInput { File = path }, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
