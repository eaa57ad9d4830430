// One row for each implemented option: it is read, it arrives where it takes effect, its default is what the table of
// options says, and a wrong value is refused with file, line and name.
using System.Globalization;
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class OptionTests
{
    // What these become is tested where they are read: they are the frame of the configuration, or somebody else's.
    private static readonly string[] WithoutRow =
    [
        "include_dir", "per_listener_settings", "acl_file", "password_file", "jwt_hmac_key_file", "jwt_jwks_file",
        "jwt_key_file", "jwt_issuer", "jwt_audience", "jwt_username_claim", "http_auth_url", "http_acl_url",
        "http_auth_timeout", "http_auth_cache",
    ];

    public static TheoryData<string> Mapped => [.. OptionRows.All.Select(row => row.Option)];

    public static TheoryData<string> Numbers =>
        [.. OptionCatalogue.All.Where(o => o.Kind == OptionKind.Integer).Select(o => o.Name)];

    public static TheoryData<string> Truths =>
        [.. OptionCatalogue.All.Where(o => o.Kind == OptionKind.Boolean).Select(o => o.Name)];

    public static TheoryData<string> Choices =>
        [.. OptionCatalogue.All.Where(o => o.Kind is OptionKind.Choice or OptionKind.LogDestination)
            .Select(o => o.Name)];

    public static TheoryData<string> Texts =>
        [.. OptionCatalogue.All.Where(o => o.Kind is OptionKind.Text or OptionKind.InputFile or OptionKind.OutputFile)
            .Where(o => !o.IsPrefix).Select(o => o.Name)];

    public static TheoryData<string> Everything => [.. OptionCatalogue.All.Select(o => o.Name)];

    [Theory]
    [MemberData(nameof(Mapped))]
    public void value_arrives_where_it_takes_effect(string name)
    {
        MappingRow row = OptionRows.All.Single(row => row.Option == name);
        MappedSettings mapped = Configured.Map($"{row.Before}{row.Option} {row.Value}\n");
        Assert.Equal(row.Expected, row.Read(mapped));
    }

    [Theory]
    [MemberData(nameof(Mapped))]
    public void default_in_the_table_is_the_default_that_holds(string name)
    {
        MappingRow row = OptionRows.All.Single(row => row.Option == name);
        OptionDefinition option = OptionCatalogue.Get(name);
        if (option.Default.Length == 0 || name is "log_dest" or "log_type")
        {
            return; // nothing is set then; the log's default is compared in LogSettingTests
        }

        MappedSettings without = Configured.Map(row.Before);
        MappedSettings with = Configured.Map($"{row.Before}{name} {option.Default}\n");
        Assert.Equal(row.Read(without), row.Read(with));
    }

    [Fact]
    public void every_implemented_option_has_a_row()
    {
        IEnumerable<string> missing = OptionCatalogue.All
            .Where(option => option.Support == OptionSupport.Implemented)
            .Select(option => option.Name)
            .Except(OptionRows.All.Select(row => row.Option))
            .Except(WithoutRow);
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void number_has_bounds(string name)
    {
        OptionDefinition option = OptionCatalogue.Get(name);
        Assert.Null(Read(option, Text(option.Minimum), out long least));
        Assert.Equal(option.Minimum, least);
        Assert.Null(Read(option, Text(option.Maximum), out long most));
        Assert.Equal(option.Maximum, most);
        string? below = Read(option, Text(option.Minimum - 1), out long clamped);
        Assert.Equal(option.Below is null, below is not null);
        Assert.True(below is not null || clamped == option.Below);
        if (option.Maximum < long.MaxValue)
        {
            string? above = Read(option, Text(option.Maximum + 1), out clamped);
            Assert.Equal(option.Above is null, above is not null);
            Assert.True(above is not null || clamped == option.Above);
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void number_is_a_number(string name)
    {
        OptionDefinition option = OptionCatalogue.Get(name);
        string[] wrong = ["", "x", "5x", "1.5", "true", "0x", "99999999999999999999"];
        Assert.All(wrong, value => Assert.NotNull(Read(option, value, out _)));
    }

    [Theory]
    [MemberData(nameof(Truths))]
    public void truth_is_written_as_in_mosquitto(string name)
    {
        OptionDefinition option = OptionCatalogue.Get(name);
        (string Value, long Number)[] right =
            [("true", 1), ("1", 1), ("false", 0), ("0", 0), ("  true # why not", 1)];
        Assert.All(right, pair =>
        {
            Assert.Null(Read(option, pair.Value, out long number));
            Assert.Equal(pair.Number, number);
        });
        string[] wrong = ["", "True", "yes", "on", "2", "\ttrue", "true\t"];
        Assert.All(wrong, value => Assert.NotNull(Read(option, value, out _)));
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void choice_is_one_of_its_words(string name)
    {
        OptionDefinition option = OptionCatalogue.Get(name);
        Assert.All(option.Choices, choice => Assert.Null(
            Read(option, choice == "file" ? "file /x" : choice, out _)));
        Assert.Contains(option.Choices[0], Read(option, "neither", out _), StringComparison.Ordinal);
        Assert.NotNull(Read(option, string.Empty, out _));
        Assert.NotNull(Read(option, option.Choices[0].ToUpperInvariant(), out _));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void text_is_the_rest_of_the_line(string name)
    {
        OptionDefinition option = OptionCatalogue.Get(name);
        string value = name.StartsWith("http_a", StringComparison.Ordinal) ? "https://a/b" : "two words # \"and\" more";
        value = name == "mount_point" ? "two words" : value;
        Assert.Null(ValueReader.Read(option, $" \t {value} \t", out string text, out _));
        Assert.Equal(value, text);
        Assert.NotNull(Read(option, string.Empty, out _));
        Assert.NotNull(Read(option, " \t ", out _));
        Assert.NotNull(Read(option, "bell \a", out _));
        Assert.NotNull(Read(option, new string('x', 65_536), out _));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void option_is_described_and_gives_its_reason(string name)
    {
        OptionDefinition option = OptionCatalogue.Get(name);
        Assert.NotEmpty(option.Description);
        Assert.DoesNotContain('|', option.Description + option.Why);
        Assert.True(option.Support == OptionSupport.Implemented || option.Why.Length > 0);
        Assert.All(option.UnsupportedValues.Keys, value => Assert.Contains(value, option.Choices));
        bool isListed = option.Kind == OptionKind.Choice && option.Default.Length > 0 && name != "log_type";
        Assert.True(!isListed || option.Choices.Contains(option.Default));
    }

    private static string? Read(OptionDefinition option, string value, out long number) =>
        ValueReader.Read(option, value, out _, out number);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
