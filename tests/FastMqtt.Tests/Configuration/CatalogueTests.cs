// The catalogue has every option there is, and finds what was meant by a word that is none.
using FastMqtt.Configuration;
using Xunit;

namespace FastMqtt.Tests.Configuration;

public class CatalogueTests
{
    public static TheoryData<string> Mosquitto => [.. MosquittoOptions.Names];

    [Theory]
    [MemberData(nameof(Mosquitto))]
    public void option_of_mosquitto_is_known(string name)
    {
        bool isPrefix = name.EndsWith("_opt_", StringComparison.Ordinal);
        Assert.True(OptionCatalogue.TryFind(isPrefix ? name + "key" : name, out OptionDefinition? option));
        Assert.False(option.IsOwn);
    }

    [Fact]
    public void option_that_is_not_ours_is_one_of_mosquittos()
    {
        IEnumerable<string> names = OptionCatalogue.All
            .Where(option => !option.IsOwn)
            .SelectMany(option => option.Aliases.Append(option.Name))
            .Except(["max_sessions"]); // our word for global_max_clients
        Assert.Empty(names.Except(MosquittoOptions.Names));
    }

    [Fact]
    public void own_options_are_there()
    {
        string[] own =
        [
            "dispatchers", "spin", "log_format", "sni_certfile", "sni_keyfile", "max_handshakes", "trusted_proxies",
            "jwt_hmac_key_file", "jwt_key_file", "jwt_jwks_file", "jwt_issuer", "jwt_audience", "jwt_username_claim",
            "http_auth_url", "http_acl_url", "http_auth_timeout", "http_auth_cache", "login_delay", "trace_socket",
            "max_retained_messages", "max_retained_bytes", "max_subscriptions", "receive_maximum", "connect_timeout",
            "max_connections_per_address", "connect_rate_per_address", "durability", "max_memory_queued_bytes",
        ];
        IEnumerable<string> found = OptionCatalogue.All.Where(option => option.IsOwn).Select(option => option.Name);
        Assert.Equal(own.Order(), found.Order());
    }

    [Theory]
    [InlineData("plugin_opt_")]
    [InlineData("auth_opt_")]
    [InlineData("plugin_op_key")]
    [InlineData("Listener")]
    [InlineData("durable")]
    public void other_word_is_unknown(string name) => Assert.False(OptionCatalogue.TryFind(name, out _));

    [Theory]
    [InlineData("listner", "listener")]
    [InlineData("lisetner", "listener")]
    [InlineData("Listener", "listener")]
    [InlineData("max_conections", "max_connections")]
    [InlineData("alow_anonymos", "allow_anonymous")]
    [InlineData("pasword_file", "password_file")]
    [InlineData("certifle", "certfile")]
    [InlineData("pot", "port")]
    public void nearest_word_is_suggested(string typed, string meant) =>
        Assert.Equal(meant, OptionCatalogue.Nearest(typed));

    [Theory]
    [InlineData("durability_level_of_messages")]
    [InlineData("xyzzy")]
    [InlineData("")]
    [InlineData("#")]
    public void nothing_is_suggested_for_another_word(string typed) => Assert.Null(OptionCatalogue.Nearest(typed));

    [Theory]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("abc", "abcd", 1)]
    [InlineData("abcd", "badc", 2)]
    [InlineData("kitten", "sitting", 3)]
    public void distance_counts_typing_mistakes(string a, string b, int distance)
    {
        Assert.Equal(distance, EditDistance.Between(a, b, 9));
        Assert.Equal(distance, EditDistance.Between(b, a, 9));
    }
}
