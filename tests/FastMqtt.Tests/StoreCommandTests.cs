// `fastmqtt backup` and `fastmqtt import`: which files they are about, what they refuse, what they print. What happens
// inside the files is the store's, and tested with it.
using FastMqtt.Broker.Persistence;
using FastMqtt.Commands;
using FastMqtt.Configuration;
using FastMqtt.Tests.Configuration;
using Xunit;

namespace FastMqtt.Tests;

public sealed class StoreCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _calls = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void backup_is_of_the_store_that_the_configuration_names()
    {
        _folder.WriteBytes("fastmqtt.db", StoreFiles.Sqlite);
        (int exitCode, string output, string error) = Backup(InFolder("copy"));
        Assert.Equal((ExitCodes.Success, string.Empty), (exitCode, error));
        string files = $"{InFolder("fastmqtt.db")} copied to {InFolder("copy")}";
        Assert.Matches($@"^{files}: 4711 bytes in \d\.\d\d\d s\n$", output);
        Assert.Equal([$"{InFolder("fastmqtt.db")} {InFolder("copy")}"], _calls);
    }

    [Fact]
    public void backup_writes_over_nothing()
    {
        _folder.WriteBytes("fastmqtt.db", StoreFiles.Sqlite);
        (int exitCode, string output, string error) = Backup(InFolder("fastmqtt.db"));
        Assert.Equal((ExitCodes.Usage, string.Empty), (exitCode, output));
        Assert.Equal(
            $"fastmqtt: {_folder.Path}/fastmqtt.db is there already; a backup goes into a new file\n", error);
        Assert.Equal(ExitCodes.Usage, Backup(_folder.Path).ExitCode);
        Assert.Empty(_calls);
    }

    [Fact]
    public void backup_of_nothing_is_a_failure()
    {
        (int exitCode, _, string error) = Backup(InFolder("copy"));
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Equal($"fastmqtt: {_folder.Path}/fastmqtt.db does not exist: nothing has been saved yet\n", error);
        Assert.Empty(_calls);
    }

    [Fact]
    public void backup_that_fails_is_one_line_and_exit_code_1()
    {
        _folder.WriteBytes("fastmqtt.db", StoreFiles.Sqlite);
        Assert.Equal(
            (ExitCodes.Failure, string.Empty, "fastmqtt: the disk is full\n"),
            Run((output, error) => BackupCommand.Run(
                Input(), InFolder("copy"), (_, _) => throw new StoreException("the disk is\nfull"), output, error)));
    }

    [Fact]
    public void import_makes_the_store_that_the_configuration_names()
    {
        string source = _folder.WriteBytes("old.db", StoreFiles.Mosquitto);
        (int exitCode, string output, string error) = Import(source, new StoreImport(1, 2, 3, 4, null));
        Assert.Equal((ExitCodes.Success, string.Empty), (exitCode, error));
        Assert.Equal(
            $"{source} imported into {InFolder("fastmqtt.db")}: 1 sessions, 2 subscriptions, 3 retained messages, "
            + "4 waiting messages\n",
            output);
        Assert.Equal([$"{source} {InFolder("fastmqtt.db")}"], _calls);
    }

    [Fact]
    public void import_that_is_not_everything_says_so_and_is_exit_code_1()
    {
        string source = _folder.WriteBytes("old.db", StoreFiles.Mosquitto);
        (int exitCode, string output, string error) = Import(source, new StoreImport(1, 0, 0, 0, "cut at byte 99"));
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.NotEmpty(output);
        Assert.Equal($"fastmqtt: {source} was not imported completely: cut at byte 99\n", error);
    }

    [Fact]
    public void import_into_a_store_that_is_there_is_refused()
    {
        string source = _folder.WriteBytes("old.db", StoreFiles.Mosquitto);
        _folder.WriteBytes("fastmqtt.db", []); // not a store yet
        Assert.Equal(ExitCodes.Success, Import(source).ExitCode);
        _calls.Clear();
        _folder.WriteBytes("fastmqtt.db", StoreFiles.Sqlite);
        (int exitCode, _, string error) = Import(source);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains("fastmqtt.db is there already", error, StringComparison.Ordinal);
        Assert.Empty(_calls);
    }

    [Fact]
    public void import_beside_mosquittos_own_file_leaves_it_as_it_is()
    {
        string source = _folder.WriteBytes("mosquitto.db", StoreFiles.Mosquitto);
        Assert.Equal(ExitCodes.Success, Import(source, sets: "persistence_file=mosquitto.db").ExitCode);
        Assert.Equal([$"{source} {source}.fastmqtt"], _calls);
    }

    [Theory]
    [InlineData("none", "does not exist")]
    [InlineData("other", "is no database of Mosquitto, or may not be read")]
    public void what_is_not_mosquittos_is_not_imported(string name, string fault)
    {
        _folder.WriteBytes("other", StoreFiles.Sqlite);
        (int exitCode, _, string error) = Import(InFolder(name));
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Equal($"fastmqtt: {InFolder(name)} {fault}\n", error);
        Assert.Empty(_calls);
    }

    [Theory]
    [InlineData("persistence=false", "there is no store: persistence is not on")]
    [InlineData("persistence_location=/nowhere", "'/nowhere' is not a directory")]
    [InlineData("max_qos=3", "max_qos '3'")]
    public void configuration_without_a_store_is_a_mistake(string set, string expected)
    {
        string source = _folder.WriteBytes("old.db", StoreFiles.Mosquitto);
        foreach ((int exitCode, string output, string error) in new[]
            { Backup(InFolder("copy"), set), Import(source, sets: set) })
        {
            Assert.Equal((ExitCodes.Usage, string.Empty), (exitCode, output));
            Assert.Contains(expected, Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        }

        Assert.Empty(_calls);
    }

    private static (int ExitCode, string Output, string Error) Run(Func<TextWriter, TextWriter, int> run)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = run(output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    private (int ExitCode, string Output, string Error) Backup(string target, params string[] sets) =>
        Run((output, error) => BackupCommand.Run(
            Input(sets),
            target,
            (from, to) =>
            {
                _calls.Add($"{from} {to}");
                return 4711;
            },
            output,
            error));

    private (int ExitCode, string Output, string Error) Import(
        string source, StoreImport? found = null, params string[] sets) =>
        Run((output, error) => ImportCommand.Run(
            Input(sets),
            source,
            (from, to) =>
            {
                _calls.Add($"{from} {to}");
                return found ?? new StoreImport(0, 0, 0, 0, null);
            },
            output,
            error));

    private ConfigurationInput Input(params string[] sets) => new()
    {
        File = _folder.Write("test.conf", $"persistence true\npersistence_location {_folder.Path}\n"),
        Sets = sets,
    };

    private string InFolder(string name) => Path.Combine(_folder.Path, name);
}
