// Users and groups as the files of a machine have them, and when rights are given up.
using FastMqtt.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Tests;

public sealed class UserAccountTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("fastmqtt-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void name_and_number_find_the_user_and_all_its_groups()
    {
        uint[] groups = [1883, 4, 100];
        foreach (string meant in new[] { "mosquitto", "113" })
        {
            UserAccount? found = Find(meant);
            Assert.NotNull(found);
            Assert.Equal((113u, 1883u), (found.User, found.Group));
            Assert.Equal(groups, found.Groups);
        }
    }

    [Theory]
    [InlineData("nobody-here")]
    [InlineData("broken")]
    [InlineData("#comment")]
    [InlineData("")]
    public void who_is_not_there_is_not_found(string meant) => Assert.Null(Find(meant));

    [Fact]
    public void number_needs_no_entry() => Assert.Equal(
        (4711u, 4711u), Find("4711") is { } found ? (found.User, found.Group) : default);

    [Fact]
    public void machine_without_users_knows_numbers_only()
    {
        Assert.Null(UserAccount.Find("root", "/nowhere/passwd", "/nowhere/group"));
        Assert.NotNull(UserAccount.Find("1", "/nowhere/passwd", "/nowhere/group"));
    }

    [Fact]
    public void user_that_is_not_there_is_a_clear_refusal() => Assert.Equal(
        "user nobody-here: there is no such user in /etc/passwd",
        Privileges.GiveUp("nobody-here", NullLogger.Instance, current: 0));

    [Theory]
    [InlineData("nobody-here", 1000u)] // only root has something to give up
    [InlineData(null, 0u)]
    [InlineData("root", 0u)]
    public void nothing_to_give_up_is_no_failure(string? user, uint current) =>
        Assert.Null(Privileges.GiveUp(user, NullLogger.Instance, current));

    [Theory]
    [InlineData(7u, 8u, 0x1C0, true)] // drwx------ of the user
    [InlineData(7u, 8u, 0x16D, false)] // dr-xr-xr-x
    [InlineData(7u, 8u, 0x03F, false)] // d---rwxrwx: for its owner the others' rights do not count
    [InlineData(1u, 9u, 0x038, true)] // d---rwx--- of a group of the user
    [InlineData(1u, 2u, 0x1F8, false)] // drwxrwx--- of others
    [InlineData(1u, 2u, 0x003, true)] // d-------wx
    [InlineData(1u, 2u, 0x002, false)] // d-------w-: what cannot be entered cannot be written to
    public void permissions_say_who_may_make_files_in_a_directory(uint owner, uint group, int mode, bool expected)
    {
        var account = new UserAccount(7, 8, [8, 9]);
        Assert.Equal(expected, account.MayMakeFilesIn(new(0, 0, 0, 0, 0, owner, group, (ushort)(0x4000 | mode))));
        Assert.True(new UserAccount(0, 0, [0]).MayMakeFilesIn(new(0, 0, 0, 0, 0, owner, group, (ushort)mode)));
    }

    [Fact]
    public void pid_file_has_the_number_while_it_runs_and_another_is_left_alone()
    {
        string path = Path.Combine(_directory.FullName, "pid");
        using (new PidFile(path))
        {
            Assert.Equal($"{Environment.ProcessId}\n", File.ReadAllText(path));
        }

        Assert.False(File.Exists(path));
        using (new PidFile(path))
        {
            File.WriteAllText(path, "1\n"); // a broker that was started meanwhile
        }

        Assert.True(File.Exists(path));
    }

    private UserAccount? Find(string meant)
    {
        string users = Path.Combine(_directory.FullName, "passwd");
        string groups = Path.Combine(_directory.FullName, "group");
        File.WriteAllText(
            users, "root:x:0:0:root:/root:/bin/sh\n#comment:x:5:5::\nbroken:x\nmosquitto:x:113:1883::/:/bin/false\n");
        File.WriteAllText(groups, "adm:x:4:syslog,mosquitto\nmosquitto:x:1883:\nusers:x:100:mosquitto\nother:x:7:x\n");
        return UserAccount.Find(meant, users, groups);
    }
}
