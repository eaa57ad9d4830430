// Files as they come: line ends, included ones, broken and hostile ones. Nothing of it may throw, and every mistake has
// its file and line.
using System.Text;
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class FileTests
{
    [Theory]
    [InlineData("max_qos 1\nmax_connections 5")]
    [InlineData("max_qos 1\r\nmax_connections 5\r\n")]
    [InlineData("\r\n\r\nmax_qos 1\r\n\r\nmax_connections 5")]
    public void line_ends_of_any_system_are_read(string content)
    {
        ListenerSection listener = Configured.Read(content).Listeners[0];
        Assert.Equal(1, listener.Settings.Number("max_qos"));
        Assert.Equal(5, listener.Settings.Number("max_connections"));
    }

    [Fact]
    public void included_files_are_read_in_mosquittos_order()
    {
        using var folder = new TemporaryFolder();
        string[] names = ["b.conf", "A.conf", "01.conf", "a.conf", "B.conf", "00.conf", "x.txt", ".conf"];
        foreach (string name in names)
        {
            folder.Write($"d/{name}", $"websockets_origin {name}\n");
        }

        Settings settings = Read(folder, $"include_dir {folder.Path}/d\nlistener 1884\nwebsockets_origin last\n");
        Assert.Equal(
            ["00.conf", "01.conf", "A.conf", "a.conf", "B.conf", "b.conf"],
            settings.Listeners[0].Settings.Texts("websockets_origin"));
        Assert.Equal(["last"], settings.Listeners[1].Settings.Texts("websockets_origin"));
    }

    [Fact]
    public void included_file_begins_without_a_listener_and_leaves_the_current_one_alone()
    {
        using var folder = new TemporaryFolder();
        folder.Write("d/1.conf", "listener 1885\nmax_qos 0\n");
        Settings settings = Read(folder, $"listener 1884\ninclude_dir {folder.Path}/d\nmax_qos 1\n");
        Assert.Equal(["*:1884", "*:1885"], settings.Listeners.Select(listener => listener.Label));
        Assert.Equal([1, 0], settings.Listeners.Select(listener => listener.Settings.Number("max_qos")));
    }

    [Fact]
    public void included_file_includes_nothing()
    {
        using var folder = new TemporaryFolder();
        folder.Write("d/1.conf", $"# itself\ninclude_dir {folder.Path}/d\n");
        Problem problem = Assert.Single(Read(folder, $"include_dir {folder.Path}/d\n").Problems);
        Assert.Equal($"{folder.Path}/d/1.conf:2: include_dir is allowed in the main file only", $"{problem}");
    }

    [Fact]
    public void mistake_in_an_included_file_names_it()
    {
        using var folder = new TemporaryFolder();
        folder.Write("d/1.conf", "\nmax_qos 7\nenable_control_api true\n");
        Settings settings = Read(folder, $"include_dir {folder.Path}/d\n");
        Assert.StartsWith($"{folder.Path}/d/1.conf:2: max_qos", $"{settings.Problems[0]}", StringComparison.Ordinal);
        Assert.StartsWith($"{folder.Path}/d/1.conf:3: option", settings.Notices[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void directory_that_is_missing_is_a_problem() => Assert.Equal(
        "1: include_dir '/nowhere/at/all' does not exist",
        Assert.Single(Configured.ProblemsOf("include_dir /nowhere/at/all")));

    [Fact]
    public void file_that_is_missing_is_a_problem() => Assert.Equal(
        "/nowhere.conf: does not exist",
        $"{Assert.Single(ConfigurationReader.Read(new ConfigurationInput { File = "/nowhere.conf" }).Problems)}");

    [Fact]
    public void directory_is_not_a_file()
    {
        using var folder = new TemporaryFolder();
        Settings settings = ConfigurationReader.Read(new ConfigurationInput { File = folder.Path });
        Assert.Equal($"{folder.Path}: is a directory", $"{Assert.Single(settings.Problems)}");
    }

    // Root may read everything: there the loop of links is what cannot be opened.
    [Fact]
    public void file_that_cannot_be_opened_is_a_problem()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "loop.conf");
        File.CreateSymbolicLink(path, path);
        Settings settings = ConfigurationReader.Read(new ConfigurationInput { File = path });
        Assert.StartsWith(path, $"{Assert.Single(settings.Problems)}", StringComparison.Ordinal);
    }

    [Fact]
    public void zero_bytes_are_a_problem_in_values_and_none_in_comments()
    {
        Settings settings = ReadBytes("# \0 \nmax_qos 1\0\nuser \0\nmax_connections 5\n"u8.ToArray());
        Assert.Equal([2, 3], settings.Problems.Select(problem => problem.Origin.Line));
        Assert.All(settings.Problems, problem => Assert.Equal("the line contains a zero byte", problem.Message));
        Assert.Equal(5, settings.Listeners[0].Settings.Number("max_connections"));
    }

    [Fact]
    public void bytes_that_are_not_utf8_are_a_problem_in_values_and_none_in_comments()
    {
        Settings settings = ReadBytes([.. "# "u8, 0xFF, .. "\nuser "u8, 0xC3, 0x28]);
        Problem problem = Assert.Single(settings.Problems);
        Assert.Equal((2, "the line is not UTF-8"), (problem.Origin.Line, problem.Message));
    }

    [Theory]
    [InlineData("user ")]
    [InlineData("")]
    [InlineData("max_qos ")]
    public void line_of_a_megabyte_is_one_short_message(string start)
    {
        Settings settings = ReadBytes(Encoding.ASCII.GetBytes(start + new string('x', 1 << 20)));
        Assert.InRange($"{Assert.Single(settings.Problems).Message}".Length, 10, 200);
    }

    [Fact]
    public void file_that_never_ends_is_given_up()
    {
        Settings settings = ConfigurationReader.Read(new ConfigurationInput { File = "/dev/zero" });
        Assert.Equal("/dev/zero: is larger than 16 MiB", $"{Assert.Single(settings.Problems)}");
    }

    // The same seeds every time: whatever is in a file, reading it ends, with or without problems.
    [Fact]
    public void noise_never_throws()
    {
        string[] words = [.. OptionCatalogue.All.Select(option => option.Name), "\"", "#", "-1", "\t", "true", "0x"];
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (int i = random.Next(40); i >= 0; i--)
            {
                text.Append(words[random.Next(words.Length)]);
                text.Append(random.Next(4) switch { 0 => '\n', 1 => (char)random.Next(0x500), _ => ' ' });
            }

            string content = text.ToString().Replace("include_dir", "user", StringComparison.Ordinal);
            Settings settings = Configured.Read(content);
            ConfigurationChecks.Run(settings);
            Assert.NotNull(BrokerMapping.Map(settings, Configured.Access));
        }
    }

    private static Settings ReadBytes(byte[] content)
    {
        using var folder = new TemporaryFolder();
        return ConfigurationReader.Read(
            new ConfigurationInput { File = folder.WriteBytes("test.conf", content) });
    }

    private static Settings Read(TemporaryFolder folder, string content) =>
        ConfigurationReader.Read(new ConfigurationInput { File = folder.Write("test.conf", content) });
}
