// `fastmqtt passwd`: what mosquitto_passwd's users expect of it, on files that Mosquitto's own tools read and write.
using System.Diagnostics;
using System.Runtime.Versioning;
using FastMqtt.Access;
using FastMqtt.Broker.Access;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Tests;

[SupportedOSPlatform("linux")]
public sealed class PasswdTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastmqtt-passwd-");

    private string FilePath => Path.Combine(_folder.FullName, "passwords");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("-H sha512 ")]
    [InlineData("-H sha512-pbkdf2 -I 50 ")]
    [InlineData("-H argon2id ")]
    [InlineData("-H scram-sha-256 -I 5000 ")]
    public async Task stored_password_lets_in(string options)
    {
        (int exitCode, string output, string error) = Run($"passwd -c -b {options}{FilePath} alice secret");
        Assert.Equal((ExitCodes.Success, "Adding password for user alice\n", string.Empty), (exitCode, output, error));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(FilePath));
        Assert.True(await LetsIn("alice", "secret"));
        Assert.False(await LetsIn("alice", "Secret"));

        Assert.Equal("Adding password for user bob\n", Run($"passwd -b {options}{FilePath} bob other").Output);
        Assert.Equal("Updating password for user alice\n", Run($"passwd -b {options}{FilePath} alice new").Output);
        Assert.True(await LetsIn("bob", "other"));
        Assert.True(await LetsIn("alice", "new"));
        Assert.False(await LetsIn("alice", "secret"));

        Assert.Equal(ExitCodes.Success, Run($"passwd -D {FilePath} alice").ExitCode);
        Assert.False(await LetsIn("alice", "new"));
        Assert.True(await LetsIn("bob", "other"));
        Assert.Single(Directory.GetFiles(_folder.FullName));
    }

    [Theory]
    [InlineData("-b")]
    [InlineData("@file")]
    [InlineData("--help")]
    [InlineData("two words")]
    public async Task password_is_taken_as_it_is(string password)
    {
        string[] arguments = ["passwd", "-c", "-b", FilePath, "alice", password];
        Assert.Equal(ExitCodes.Success, CommandLine.Run(arguments, TextWriter.Null, TextWriter.Null));
        Assert.True(await LetsIn("alice", password));
    }

    [Fact]
    public async Task password_is_asked_for_twice()
    {
        (int exitCode, string output, string error) = Run($"passwd -c {FilePath} alice", "secret\nsecret\n");
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.Equal("Adding password for user alice\n", output);
        Assert.Equal("Password: \nReenter password: \n", error);
        Assert.True(await LetsIn("alice", "secret"));
    }

    [Theory]
    [InlineData("secret\nsecrets\n", "do not match")]
    [InlineData("\n\n", "is empty")]
    [InlineData("", "is empty")]
    public void nothing_is_written_unless_both_are_the_same(string input, string problem)
    {
        (int exitCode, _, string error) = Run($"passwd -c {FilePath} alice", input);
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void line_goes_to_standard_output_for_a_dash()
    {
        (int exitCode, string output, _) = Run("passwd -c -b - alice secret");
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.StartsWith("alice:$7$1000$", output, StringComparison.Ordinal);
        Assert.Single(output.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task plain_passwords_are_hashed_and_hashes_are_left()
    {
        Run($"passwd -c -b {FilePath} alice secret");
        string hashed = await File.ReadAllTextAsync(FilePath, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            FilePath, "# users\n" + hashed + "\n bob : plain \ncarol:$1.50", TestContext.Current.CancellationToken);
        Assert.Equal("2 passwords hashed\n", Run($"passwd -U {FilePath}").Output);
        string content = await File.ReadAllTextAsync(FilePath, TestContext.Current.CancellationToken);
        Assert.StartsWith("# users\n" + hashed + "\n", content, StringComparison.Ordinal);
        Assert.DoesNotContain("plain", content, StringComparison.Ordinal);
        Assert.True(await LetsIn("alice", "secret"));
        Assert.True(await LetsIn("bob", "plain"));
        Assert.True(await LetsIn("carol", "$1.50"));
        Assert.Equal("0 passwords hashed\n", Run($"passwd -U {FilePath}").Output);
    }

    [Fact]
    public void other_lines_mode_and_link_stay()
    {
        const UnixFileMode GroupReads = OwnerOnly | UnixFileMode.GroupRead;
        File.WriteAllText(FilePath, "# comment\r\n\nno colon\nbob:kept:trailing");
        File.SetUnixFileMode(FilePath, GroupReads | UnixFileMode.OtherRead);
        string link = FilePath + "-link";
        File.CreateSymbolicLink(link, "passwords");
        Assert.Equal(ExitCodes.Success, Run($"passwd -b {link} alice secret").ExitCode);
        Assert.StartsWith(
            "# comment\r\n\nno colon\nbob:kept:trailing\nalice:$7$",
            File.ReadAllText(FilePath),
            StringComparison.Ordinal);
        Assert.Equal(GroupReads, File.GetUnixFileMode(FilePath));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }

    [Theory]
    [InlineData("passwd -b FILE alice secret", "-c creates it")]
    [InlineData("passwd -D FILE alice", "cannot be read")]
    [InlineData("passwd -U FILE", "cannot be read")]
    [InlineData("passwd -c -b FILE/x/y alice secret", "cannot be written")]
    public void missing_file_is_named(string arguments, string problem)
    {
        (int exitCode, _, string error) = Run(arguments.Replace("FILE", FilePath, StringComparison.Ordinal));
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains(FilePath, error, StringComparison.Ordinal);
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void missing_user_and_corrupt_line_fail_and_change_nothing()
    {
        const string Content = "bob:$x\nalice:\n";
        File.WriteAllText(FilePath, "bob:$x\n");
        Assert.Contains("alice not found", Run($"passwd -D {FilePath} alice").Error, StringComparison.Ordinal);
        File.WriteAllText(FilePath, Content);
        (int exitCode, _, string error) = Run($"passwd -b {FilePath} bob secret");
        Assert.Equal(ExitCodes.Failure, exitCode);
        Assert.Contains(":2: the line is corrupt", error, StringComparison.Ordinal);
        Assert.Equal(Content, File.ReadAllText(FilePath));
    }

    [Theory]
    [InlineData("passwd")]
    [InlineData("passwd f")]
    [InlineData("passwd f u p")]
    [InlineData("passwd -b f u")]
    [InlineData("passwd -U f u")]
    [InlineData("passwd -c -D f u")]
    [InlineData("passwd -c -U f")]
    [InlineData("passwd -D -U f")]
    [InlineData("passwd -b -D f u p")]
    [InlineData("passwd -H md5 f u")]
    [InlineData("passwd -I 0 f u")]
    [InlineData("passwd -I x f u")]
    [InlineData("passwd -b f a:b p")]
    [InlineData("passwd -b f #a p")]
    public void mistake_on_the_command_line_is_one_line(string arguments)
    {
        (int exitCode, string output, string error) = Run(arguments);
        Assert.Equal((ExitCodes.Usage, string.Empty), (exitCode, output));
        Assert.StartsWith("fastmqtt: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-H sha512 ")]
    public async Task file_of_mosquitto_passwd_is_read_and_changed(string options)
    {
        Assert.SkipUnless(IsInstalled("/usr/bin/mosquitto_passwd"), "mosquitto_passwd is not installed");
        await RunTool("/usr/bin/mosquitto_passwd", $"{options}-c -b {FilePath} alice secret");
        Assert.True(await LetsIn("alice", "secret"));
        Assert.False(await LetsIn("alice", "secrets"));

        Run($"passwd {options}-b {FilePath} bob other");
        await RunTool("/usr/bin/mosquitto_passwd", $"{options}-b {FilePath} carol third");
        await RunTool("/usr/bin/mosquitto_passwd", $"-D {FilePath} alice");
        Assert.True(await LetsIn("bob", "other"));
        Assert.True(await LetsIn("carol", "third"));
        Assert.False(await LetsIn("alice", "secret"));
    }

    [Theory]
    [InlineData("-H sha512-pbkdf2 ")]
    [InlineData("-H sha512 ")]
    public async Task mosquitto_lets_in_with_a_file_of_ours(string options)
    {
        bool isInstalled = IsInstalled("/usr/sbin/mosquitto") && IsInstalled("/usr/bin/mosquitto_pub");
        Assert.SkipUnless(isInstalled, "mosquitto and its clients are not installed");
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Run($"passwd -c -b {options}{FilePath} alice secret");
        string socket = Path.Combine(_folder.FullName, "socket");
        string settings = Path.Combine(_folder.FullName, "conf");
        await File.WriteAllTextAsync(
            settings, $"listener 0 {socket}\nallow_anonymous false\npassword_file {FilePath}\nuser root\n", cancel);
        using Process broker = Process.Start(
            new ProcessStartInfo("/usr/sbin/mosquitto", $"-v -c {settings}") { RedirectStandardError = true })!;
        try
        {
            string? line = string.Empty;
            while (line is not null && !line.EndsWith("running", StringComparison.Ordinal))
            {
                line = await broker.StandardError.ReadLineAsync(cancel);
            }

            Assert.Equal(0, await Publish(socket, "secret"));
            Assert.NotEqual(0, await Publish(socket, "wrong"));
        }
        finally
        {
            broker.Kill();
            await broker.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<int> Publish(string socket, string password)
    {
        using Process client = Process.Start(new ProcessStartInfo(
            "/usr/bin/mosquitto_pub", $"--unix {socket} -u alice -P {password} -t t -m m")
        {
            RedirectStandardError = true,
        })!;
        await client.WaitForExitAsync(TestContext.Current.CancellationToken);
        return client.ExitCode;
    }

    private static bool IsInstalled(string tool) => File.Exists(tool);

    private static async Task RunTool(string tool, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
    }

    private async Task<bool> LetsIn(string userName, string password)
    {
        using var users = new PasswordFile(FilePath, NullLogger.Instance);
        var request = new AuthenticationRequest
        {
            ClientId = "c",
            UserName = userName,
            Password = System.Text.Encoding.UTF8.GetBytes(password),
        };
        return (await users.AuthenticateAsync(request, TestContext.Current.CancellationToken)).IsAccepted;
    }

    private static (int ExitCode, string Output, string Error) Run(string arguments, string input = "")
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var asked = new StringReader(input);
        int exitCode = CommandLine.Run(arguments.Split(' '), output, error, asked);
        return (exitCode, output.ToString(), error.ToString());
    }
}
