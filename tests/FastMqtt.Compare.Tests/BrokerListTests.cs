// A broker is one line of configuration, and a mistake in it is one line that names file, entry and field.
using FastMqtt.Compare.Configuration;
using Xunit;

namespace FastMqtt.Compare.Tests;

public class BrokerListTests
{
    [Fact]
    public void one_line_is_a_broker()
    {
        BrokerEntry entry = Assert.Single(Parse("""[{"name": "X", "command": ["x", "-p", "{port}"]}]"""));
        Assert.Equal("X", entry.Name);
        Assert.Equal(["x", "-p", "{port}"], entry.Command);
        Assert.Null(entry.Port);
        Assert.True(entry.IsEnabled);
        Assert.False(entry.IsBaseline);
        Assert.False(entry.IsReference);
    }

    [Fact]
    public void broker_elsewhere_is_an_address()
    {
        BrokerEntry entry = Assert.Single(Parse("""[{"name": "X", "address": "mosquitto:1883"}]"""));
        Assert.Equal(new BrokerAddress("mosquitto", 1883), entry.Address);
        Assert.Empty(entry.Command);
    }

    [Fact]
    public void comments_and_trailing_commas_are_allowed() =>
        Assert.Single(Parse("[ // the one\n {\"name\": \"X\", \"command\": [\"x\"], \"port\": 1883, }, ]"));

    [Theory]
    [InlineData("""{}""", "b.json: must be an array, [ ... ]")]
    [InlineData("""[]""", "b.json: has no entry")]
    [InlineData("""[1]""", "b.json: entry 1: must be an object, { ... }")]
    [InlineData("""[{"command": ["x"]}]""", "b.json: entry 1: name is missing")]
    [InlineData("""[{"name": "X"}]""", "b.json: entry 1 (X): needs a command or an address, one of the two")]
    [InlineData(
        """[{"name": "X", "command": ["x"], "address": "a:1"}]""",
        "b.json: entry 1 (X): needs a command or an address, one of the two")]
    [InlineData(
        """[{"name": "X", "command": ["x"]}]""",
        "b.json: entry 1 (X): needs a port, or {port} in command, env or config")]
    [InlineData(
        """[{"name": "X", "command": "x"}]""", "b.json: entry 1 (X): command must be an array of texts")]
    [InlineData(
        """[{"name": "X", "command": ["x"], "port": 65536}]""",
        "b.json: entry 1 (X): port must be a number from 1 to 65535")]
    [InlineData("""[{"name": "X", "address": "a"}]""", "b.json: entry 1 (X): address must be HOST:PORT")]
    [InlineData("""[{"name": "X", "address": "a:0"}]""", "b.json: entry 1 (X): address must be HOST:PORT")]
    [InlineData(
        """[{"name": "X", "address": "a:1", "port": 2}]""",
        "b.json: entry 1 (X): port and config belong to a command, not to an address")]
    [InlineData(
        """[{"name": "X", "command": ["x"], "port": 1, "baseline": 1}]""",
        "b.json: entry 1 (X): baseline must be true or false")]
    [InlineData(
        """[{"name": "X", "command": ["x"], "port": 1, "env": {"A": 1}}]""",
        "b.json: entry 1 (X): env must be an object of texts")]
    [InlineData(
        """[{"name": "X", "command": ["x"], "port": 1, "config": "none.conf"}]""",
        "b.json: entry 1 (X): config: there is no file brokers/none.conf")]
    [InlineData(
        """[{"name": "X", "command": ["x"], "port": 1}, {"name": "x", "command": ["x"], "port": 1}]""",
        "b.json: entry 2 (x): the name is taken by an entry before")]
    [InlineData(
        """[{"name": "X", "address": "a:1", "baseline": true}, {"name": "Y", "address": "a:2", "baseline": true}]""",
        "b.json: entry 2 (Y): an entry before is the baseline already")]
    public void mistake_names_file_entry_and_field(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => Parse(text)).Message);

    [Fact]
    public void misspelt_field_is_a_mistake()
    {
        string message = Assert.Throws<ConfigurationException>(
            () => Parse("""[{"name": "X", "address": "a:1", "refrence": true}]""")).Message;
        Assert.StartsWith("b.json: entry 1 (X): refrence is not a field (known: ", message, StringComparison.Ordinal);
        Assert.Contains("reference", message, StringComparison.Ordinal);
    }

    [Fact]
    public void text_that_is_no_json_names_the_line() => Assert.StartsWith(
        "b.json: line 2: this is not JSON: ",
        Assert.Throws<ConfigurationException>(() => Parse("[\n{\"name\" \"X\"}]")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void disabled_broker_is_measured_when_it_is_named()
    {
        IReadOnlyList<BrokerEntry> all = Parse(
            """[{"name": "X", "address": "a:1"}, {"name": "Y", "address": "a:2", "enabled": false}]""");
        Assert.Equal(["X"], BrokerList.Select(all, []).Select(one => one.Name));
        Assert.Equal(["Y"], BrokerList.Select(all, ["y"]).Select(one => one.Name));
    }

    [Fact]
    public void yardstick_is_listed_last()
    {
        IReadOnlyList<BrokerEntry> all = Parse(
            """[{"name": "R", "address": "a:1", "reference": true}, {"name": "X", "address": "a:2"}]""");
        Assert.Equal(["X", "R"], BrokerList.Select(all, []).Select(one => one.Name));
    }

    [Fact]
    public void unknown_name_is_a_mistake() => Assert.Equal(
        "--brokers: there is no broker Z (there are X)",
        Assert.Throws<ConfigurationException>(
            () => BrokerList.Select(Parse("""[{"name": "X", "address": "a:1"}]"""), ["Z"])).Message);

    [Fact]
    public void shipped_list_compares_with_mosquitto()
    {
        IReadOnlyList<BrokerEntry> all = BrokerList.ReadFile(Shipped.Path("perf/brokers.json"));
        IReadOnlyList<BrokerEntry> normal = BrokerList.Select(all, []);
        Assert.Equal(["FastMqtt", "Mosquitto"], normal.Select(one => one.Name));
        Assert.True(normal[1].IsBaseline);
    }

    [Fact]
    public void shipped_list_of_containers_has_addresses_only() => Assert.All(
        BrokerList.ReadFile(Shipped.Path("docker/brokers.json")), entry => Assert.NotNull(entry.Address));

    private static IReadOnlyList<BrokerEntry> Parse(string text) => BrokerList.Parse("b.json", text);
}
