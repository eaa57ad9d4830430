// Every hash Mosquitto writes lets its user in and nobody else; the lines are read as Mosquitto 2.1 reads them.
// The $6$ and $7$ lines here were written by mosquitto_passwd 2.0.11, the $argon2id$ lines by the reference library.

using System.Text;
using FastMqtt.Broker.Access;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FastMqtt.Access.Tests;

public class PasswordFileTests
{
    private const string Sha512Line =
        "$6$Mp/WbSIOxduocQSu$4vuuZoPYTIyeDvWgOuF7sB9FTJ9S+9ZEHZ6phxANGp1TMUzeWLd663RCr9af/kTqahQyLv"
        + "SbHG4Ipv5l/0kbaw==";

    private const string Pbkdf2Line =
        "$7$101$0aQDD2Q+xOxOR0Na$C+zf2QW8HTfsFIQ8XaMkfWuOmz8BsCpP1TMOwPbmw+gd6iyc6FL33hjVzkg5jvdt9I"
        + "I5R2+NdSnObawad0FkHA==";

    private const string Argon2Line =
        "$argon2id$v=19$m=47104,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$WcwJ81+8l75tRW9m5QWyiMT5SKoFCq+Oz2eD"
        + "czK6dDY";

    private const string LongSaltArgon2Line =
        "$argon2id$v=19$m=256,t=2,p=2$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissL"
        + "S4vMDEyMzQ1Njc4OTo7PD0+Pw$7VXKuEugEMR1rrnu9bjWtLS2JO0/1u2dLQlI/gWEphqkgV/YUquecBWSQnw6LPs3"
        + "GMINxRTK0CLFrSe8JgSnig";

    [Theory]
    [InlineData(Sha512Line)]
    [InlineData(Pbkdf2Line)]
    [InlineData(Argon2Line)]
    [InlineData(LongSaltArgon2Line)]
    public async Task every_kind_of_hash_accepts_its_password_only(string line)
    {
        using var file = new TemporaryFile("someone:" + line + "\n");
        using var users = Open(file);
        AuthenticationResult accepted = await users.Try("someone", "secret");
        Assert.True(accepted.IsAccepted);
        Assert.Equal("someone", accepted.Identity!.UserName);
        Assert.True((await users.Try("someone", "Secret")).IsRefused());
        Assert.True((await users.Try("someone", string.Empty)).IsRefused());
        Assert.True((await users.Try("someone", null)).IsRefused());
        Assert.True((await users.Try("someone", "secret")).IsAccepted);
    }

    [Theory]
    [InlineData("sha512")]
    [InlineData("pbkdf2")]
    [InlineData("argon2id")]
    [InlineData("scram")]
    public async Task what_is_written_is_read_back(string kind)
    {
        byte[] password = Encoding.UTF8.GetBytes("pässword");
        PasswordHash hash = kind switch
        {
            "sha512" => Sha512Hash.Create(password),
            "pbkdf2" => Pbkdf2Hash.Create(password, 77),
            "argon2id" => Argon2Hash.Create(password),
            _ => ScramHash.Create(password, 4096),
        };
        PasswordHash read = PasswordHash.TryDecode(Encoding.ASCII.GetBytes(hash.Encoded))!;
        Assert.Equal(hash.Encoded, read.Encoded);
        Assert.True(read.Matches(password));
        Assert.False(read.Matches("password"u8));
        Assert.Equal(read.CostKind, read.Decoy().CostKind);
        Assert.False(read.Decoy().Matches(password));

        using var file = new TemporaryFile("u:" + hash.Encoded);
        using var users = Open(file);
        Assert.True((await users.Try("u", "pässword")).IsAccepted);
    }

    [Fact]
    public async Task unknown_and_anonymous_clients_are_left_to_others()
    {
        using var file = new TemporaryFile("someone:" + Sha512Line);
        using var users = Open(file);
        Assert.False((await users.Try("nobody", "secret")).IsDecided);
        Assert.False((await users.Try("nobody", null)).IsDecided);
        Assert.False((await users.Try(null, null)).IsDecided);
        Assert.False((await users.Try("Someone", "secret")).IsDecided);
    }

    [Fact]
    public void unknown_user_is_checked_against_a_hash_of_the_commonest_kind()
    {
        var users = new Dictionary<string, PasswordHash>
        {
            ["a"] = Pbkdf2Hash.Create("x"u8, 500),
            ["b"] = Sha512Hash.Create("x"u8),
            ["c"] = Pbkdf2Hash.Create("x"u8, 501),
            ["d"] = Pbkdf2Hash.Create("x"u8, 501),
        };
        Assert.Equal("$7$501", new PasswordTable(users).Decoy.CostKind);
        Assert.False(new PasswordTable(users).Decoy.Matches("x"u8));
    }

    [Fact]
    public async Task comments_lines_without_colon_and_blanks_are_as_in_mosquitto()
    {
        using var file = new TemporaryFile(
            "# a comment: with a colon\n\nno colon here\n"
            + $"  spaced \t: {Sha512Line} \t\r\n::other:{Pbkdf2Line}:ignored\n");
        using var users = Open(file);
        Assert.True((await users.Try("spaced", "secret")).IsAccepted);
        Assert.True((await users.Try("other", "secret")).IsAccepted);
    }

    [Theory]
    [InlineData("user:\n", ":1: no password")]
    [InlineData("# c\nuser\n : x\n", ":3: no user name")]
    [InlineData("user:plain-text\n", ":1: the password is not hashed")]
    [InlineData("user:$5$abc$def\n", ":1: the password hash is in no known form")]
    [InlineData("user:$6$AAAA$AAAA\n", ":1: the password hash")]
    [InlineData("user:$7$0$AAAAAAAAAAAAAAAA$AAAA\n", ":1: the password hash")]
    [InlineData("user:$argon2id$v=16$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAA\n", ":1: the password hash")]
    [InlineData("user:$argon2id$v=19$m=7,t=1,p=1$AAAAAAAAAAA$AAAAAAAA\n", ":1: the password hash")]
    [InlineData("user:$argon2id$v=19$m=9999999,t=1,p=1$AAAAAAAAAAA$AAAAAAAA\n", ":1: the password hash")]
    [InlineData("user:$scram-sha-256$4096$AAAA\n", ":1: the password hash")]
    [InlineData("u:" + Sha512Line + "\n\nu:" + Sha512Line, ":3: user 'u' has a line already")]
    public void bad_line_is_named_and_not_quoted(string content, string problem)
    {
        using var file = new TemporaryFile(content);
        AccessFileException refused = Assert.Throws<AccessFileException>(() => Open(file));
        Assert.Contains(file.Path + problem, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("plain-text", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void file_that_cannot_be_read_is_named()
    {
        using var file = new TemporaryFile();
        string path = file.Path + "-missing";
        Assert.Contains(
            path,
            Assert.Throws<AccessFileException>(() => new PasswordFile(path, NullLogger.Instance)).Message,
            StringComparison.Ordinal);
        Assert.Throws<AccessFileException>(() => new PasswordFile(file.Folder, NullLogger.Instance));
    }

    [Fact]
    public async Task changed_file_is_read_again_and_a_bad_one_is_not()
    {
        var time = new FakeTimeProvider();
        var log = new CapturedLog();
        using var file = new TemporaryFile("one:" + Sha512Line);
        using var users = new PasswordFile(file.Path, log, time);
        Assert.True((await users.Try("one", "secret")).IsAccepted);

        file.Write("two:" + Sha512Line);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False((await users.Try("one", "secret")).IsDecided);
        Assert.True((await users.Try("two", "secret")).IsAccepted);
        Assert.Contains("read again", log.Text, StringComparison.Ordinal);

        file.Write("three:secret");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await users.Try("two", "secret")).IsAccepted);
        Assert.False(users.Reload());
        Assert.Contains("what was read before stays in force", log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", log.Text, StringComparison.Ordinal);

        // Said once for each content, not every two seconds.
        int count = log.Lines.Count;
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(count, log.Lines.Count);

        file.Write("four:" + Sha512Line);
        Assert.True(users.Reload());
        Assert.True((await users.Try("four", "secret")).IsAccepted);
    }

    [Fact]
    public async Task swapped_symbolic_link_of_a_folder_is_noticed()
    {
        var time = new FakeTimeProvider();
        using var root = new TemporaryFile();
        foreach (string version in new[] { "first", "second" })
        {
            Directory.CreateDirectory(Path.Combine(root.Folder, version));
            string target = Path.Combine(root.Folder, version, "passwords");
            await File.WriteAllTextAsync(target, $"{version}:{Sha512Line}", TestContext.Current.CancellationToken);
            File.SetLastWriteTimeUtc(target, DateTime.UnixEpoch);
        }

        string data = Path.Combine(root.Folder, "data");
        string link = Path.Combine(root.Folder, "passwords");
        Directory.CreateSymbolicLink(data, "first");
        File.CreateSymbolicLink(link, "data/passwords");
        using var users = new PasswordFile(link, NullLogger.Instance, time);
        Assert.True((await users.Try("first", "secret")).IsAccepted);

        Directory.Delete(data);
        Directory.CreateSymbolicLink(data, "second");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await users.Try("second", "secret")).IsAccepted);
    }

    [Fact]
    public async Task recent_success_costs_no_hash_and_ends_with_the_file()
    {
        using var file = new TemporaryFile("u:" + Pbkdf2Hash.Create("right"u8, 10).Encoded);
        using var users = Open(file);
        Assert.True((await users.Try("u", "right")).IsAccepted);
        Assert.True((await users.Try("u", "wrong")).IsRefused());
        Assert.True((await users.Try("u", "right")).IsAccepted);

        file.Write("u:" + Pbkdf2Hash.Create("wrong"u8, 10).Encoded);
        Assert.True(users.Reload());
        Assert.True((await users.Try("u", "right")).IsRefused());
        Assert.True((await users.Try("u", "wrong")).IsAccepted);
    }

    [Fact]
    public void successes_are_bounded_and_do_not_run_together()
    {
        var successes = new RecentSuccesses(countMax: 100);
        successes.Add("ab", "c"u8);
        Assert.True(successes.Contains("ab", "c"u8));
        Assert.False(successes.Contains("a", "bc"u8));
        Assert.False(successes.Contains("ab", "d"u8));
        for (int i = 0; i < 99; i++)
        {
            successes.Add("u", BitConverter.GetBytes(i));
            successes.Add("u", BitConverter.GetBytes(i)); // known already: takes no room
        }

        Assert.Equal(100, successes.Count);
        successes.Add("one more", "x"u8);
        Assert.Equal(0, successes.Count);
    }

    private static PasswordFile Open(TemporaryFile file) => new(file.Path, NullLogger.Instance, new FakeTimeProvider());
}
