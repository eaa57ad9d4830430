// `fastmqtt check`: what it finds wrong beyond a single line, what it prints, and that it keeps secrets.
using FastMqtt.Commands;
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class CheckTests
{
    private const string Certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    private const string Key = "-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n";
    private const string LockedKey =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n";

    [Theory]
    [InlineData("certfile {0}/cert", "certfile needs keyfile too (listener *:1884)")]
    [InlineData("keyfile {0}/key", "keyfile needs certfile too (listener *:1884)")]
    [InlineData("certfile {0}/none\nkeyfile {0}/key", "/none' does not exist")]
    [InlineData("certfile {0}\nkeyfile {0}/key", "is a directory")]
    [InlineData("certfile {0}/key\nkeyfile {0}/key", "contains no PEM CERTIFICATE")]
    [InlineData("certfile {0}/cert\nkeyfile {0}/cert", "contains no PEM PRIVATE KEY")]
    [InlineData("certfile {0}/cert\nkeyfile {0}/locked", "contains no PEM PRIVATE KEY")]
    [InlineData("certfile {0}/cert\nkeyfile {0}/key\ncrlfile {0}/cert", "contains no PEM X509 CRL")]
    [InlineData("cafile {0}/cert", "cafile needs certfile and keyfile too")]
    [InlineData("certfile {0}/cert\nkeyfile {0}/key\ncapath {0}/cert", "is not a directory")]
    [InlineData("certfile {0}/cert\nkeyfile {0}/key\nrequire_certificate true", "require_certificate needs cafile")]
    [InlineData("certfile {0}/cert\nkeyfile {0}/key\nsni_certfile {0}/cert", "as many sni_certfile as sni_keyfile")]
    [InlineData("psk_file {0}/cert\npsk_hint x\ncertfile {0}/cert\nkeyfile {0}/key", "exclude each other")]
    [InlineData("psk_hint x", "psk_hint needs psk_file too")]
    [InlineData("enable_proxy_protocol 2\ncertfile {0}/cert\nkeyfile {0}/key", "with enable_proxy_protocol 2")]
    [InlineData("password_file {0}/none", "/none' does not exist")]
    [InlineData("global_max_clients 1\ndispatchers 2", "global_max_clients must not be less than dispatchers")]
    [InlineData("global_max_clients 0", "global_max_clients must not be less than dispatchers")]
    [InlineData("connect_timeout 2", "login_delay must be less than connect_timeout")]
    [InlineData("login_delay 30", "login_delay must be less than connect_timeout")]
    [InlineData("listener 1884", "takes the address of listener *:1884")]
    [InlineData("listener 1884 127.0.0.1", "takes the address of listener *:1884")]
    [InlineData("listener 0 /a.sock\nlistener 0 /a.sock", "takes the address of listener /a.sock")]
    [InlineData("listener 1885 ::1\nlistener 1885 ::1", "takes the address of listener [::1]:1885")]
    public void mistake_between_lines_is_found(string lines, string expected)
    {
        (int exitCode, string output, string error) = Check("listener 1884\n" + lines);
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Empty(output);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.All(error.TrimEnd().Split('\n'), line => Assert.Matches("^fastmqtt: .*test.conf:[0-9]+: ", line));
    }

    [Theory]
    [InlineData("certfile {0}/cert\nkeyfile {0}/key\ncafile {0}/cert\nrequire_certificate true")]
    [InlineData("listener 1885 127.0.0.1\nlistener 1885 ::1\nlistener 1885 127.0.0.2")]
    [InlineData("bind_interface a\nlistener 1884\nbind_interface b")]
    [InlineData("socket_domain ipv4\nlistener 1884\nsocket_domain ipv6")]
    [InlineData("psk_file {0}/cert\npsk_hint x")]
    [InlineData("")]
    public void good_configuration_is_good(string lines)
    {
        (int exitCode, _, string error) = Check("listener 1884\n" + lines);
        Assert.Empty(error);
        Assert.Equal(ExitCodes.Success, exitCode);
    }

    [Fact]
    public void effective_configuration_names_the_origin_of_each_value()
    {
        (_, string output, _) = Check(
            "sys_interval 20\nlistener 1884 ::1\nmax_qos 1\nlistener 1885\nlistener_allow_anonymous true\n",
            "max_keepalive=7");
        string[] lines = [.. output.Split('\n').Select(
            line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
        Assert.Contains(lines, line => line.StartsWith("sys_interval 20 # ", StringComparison.Ordinal)
            && line.EndsWith("test.conf:1", StringComparison.Ordinal));
        Assert.Contains("max_keepalive 7 # --set", lines);
        Assert.Contains("max_packet_size 2000000 # default", lines);
        int first = Array.FindIndex(lines, line => line.StartsWith("listener 1884 ::1 #", StringComparison.Ordinal));
        int second = Array.FindIndex(lines, line => line.StartsWith("listener 1885 #", StringComparison.Ordinal));
        Assert.InRange(first, 0, second);
        Assert.Equal("listener_allow_anonymous false # default", lines[first + 1]);
        Assert.Contains(lines[first..second], line => line.StartsWith("max_qos 1 # ", StringComparison.Ordinal));
        Assert.Contains("max_qos 2 # default", lines[second..]);
        Assert.Contains(
            lines[second..], line => line.StartsWith("listener_allow_anonymous true # ", StringComparison.Ordinal));
    }

    [Fact]
    public void secret_is_never_printed()
    {
        (int exitCode, string output, string error) = Check(
            "plugin /x.so\nplugin_opt_password hunter2\nconnection a\naddress b\nremote_password hunter2\n"
            + "local_password hunter2\nbridge_psk hunter2\ntls_engine_kpass_sha1 hunter2\n"
            + "restart_timeout 5 30 60\n");
        Assert.Equal(ExitCodes.Success, exitCode);
        Assert.DoesNotContain("hunter2", output + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://me:hunter2@auth.example/x", "https://(not shown)@auth.example/x")]
    [InlineData("https://auth.example/a@b", "https://auth.example/a@b")]
    [InlineData("https://hunter2@auth.example", "https://(not shown)@auth.example")]
    public void password_in_a_web_address_is_never_shown(string address, string shown)
    {
        Settings settings = Configured.Read($"http_acl_url {address}\n");
        Assert.True(settings.Security.TryFind("http_acl_url", out Setting? setting));
        Assert.Equal(shown, setting.Shown);
        string problem = Assert.Single(Configured.ProblemsOf("http_acl_url me:hunter2 x"));
        Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void what_is_not_supported_is_printed_as_a_comment()
    {
        (_, string output, _) = Check("\nenable_control_api true\n");
        Assert.StartsWith("# line 2: option enable_control_api is not supported (", output, StringComparison.Ordinal);
    }

    [Fact]
    public void check_is_a_command_with_exit_codes()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("test.conf", "listener 1884\n");
        Assert.Equal(ExitCodes.Success, Run("check", "-c", path, "--set", "max_qos=1").ExitCode);
        (int exitCode, string output, string error) = Run("check", "-c", path, "--set", "max_qos=3");
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Empty(output);
        Assert.Equal("fastmqtt: --set: max_qos '3' is not a number from 0 to 2\n", error);
        Assert.Equal(ExitCodes.Success, Run("-c", path, "--test-config").ExitCode);
        Assert.Equal(ExitCodes.Usage, Run("-c", path + "x", "--test-config").ExitCode);
    }

    [Fact]
    public void daemon_is_refused_with_a_hint()
    {
        (int exitCode, _, string error) = Run("-d");
        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("systemd", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void access_that_cannot_be_had_is_a_problem_and_not_an_open_door()
    {
        using var folder = new TemporaryFolder();
        string rules = folder.Write("acl", "topic read #\n");
        Settings settings = Configured.Read($"listener 1884\nacl_file {rules}\n");
        MappedSettings mapped = BrokerMapping.Map(settings, Configured.Access);
        Assert.True(settings.Problems.Count > 0 || mapped.Broker.Listeners[0].AccessRules is not null);
    }

    private static (int ExitCode, string Output, string Error) Check(string content, params string[] sets)
    {
        using var folder = new TemporaryFolder();
        folder.Write("cert", Certificate);
        folder.Write("key", Key);
        folder.Write("locked", LockedKey);
        string path = folder.Write("test.conf", content.Replace("{0}", folder.Path, StringComparison.Ordinal));
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = CheckCommand.Run(new ConfigurationInput { File = path, Sets = sets }, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = CommandLine.Run(arguments, output, error);
        return (exitCode, output.ToString(), error.ToString());
    }
}
