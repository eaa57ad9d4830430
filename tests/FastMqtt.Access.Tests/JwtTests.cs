// JSON Web Tokens: each algorithm and key file lets good tokens in, and each rule has a token that breaks it alone.

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using FastMqtt.Broker.Access;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FastMqtt.Access.Tests;

public class JwtTests
{
    private static readonly long Now = Tokens.Now.ToUnixTimeSeconds();

    [Fact]
    public async Task good_token_names_user_and_expiry()
    {
        using var key = new TemporaryFile(Tokens.HmacKey + "\n");
        using JwtAuthenticator tokens = Open(new JwtOptions { HmacKeyFile = key.Path });
        AuthenticationResult result = await tokens.Try("whatever", Tokens.Hs256(Tokens.Claims()));
        Assert.True(result.IsAccepted);
        Assert.Equal("alice", result.Identity!.UserName);
        Assert.Equal(Tokens.Now.AddSeconds(3600 + 30), result.Identity.ExpiresAt);
        Assert.Null(result.Identity.AccessRules);
    }

    [Fact]
    public async Task token_may_be_the_user_name()
    {
        using var key = new TemporaryFile(Tokens.HmacKey);
        using JwtAuthenticator tokens = Open(new JwtOptions
        {
            HmacKeyFile = key.Path,
            TokenIsUserName = true,
            UserNameClaim = "name",
        });
        JsonObject claims = Tokens.Claims();
        claims["name"] = "bob";
        Assert.Equal("bob", (await tokens.Try(Tokens.Hs256(claims), null)).Identity!.UserName);
        Assert.False((await tokens.Try("user", Tokens.Hs256(claims))).IsDecided);
    }

    [Theory]
    [InlineData("a password")]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("e30=.e30.AAAA")]
    [InlineData("W10.e30.AAAA")]
    public async Task what_is_no_token_is_left_to_others(string password)
    {
        using var key = new TemporaryFile(Tokens.HmacKey);
        using JwtAuthenticator tokens = Open(new JwtOptions { HmacKeyFile = key.Path });
        Assert.False((await tokens.Try("u", password)).IsDecided);
        Assert.False((await tokens.Try("u", null)).IsDecided);
    }

    public static TheoryData<string, string> BadClaims => new()
    {
        { $$"""{"sub":"a"}""", "it never expires" },
        { $$"""{"sub":"a","exp":{{Now - 30}}}""", "it has expired" },
        { $$"""{"sub":"a","exp":"{{Now + 9}}"}""", "not a time" },
        { $$"""{"sub":"a","exp":1e300}""", "not a time" },
        { $$"""{"sub":"a","exp":-1}""", "not a time" },
        { $$"""{"sub":"a","exp":{{Now + 9}},"nbf":{{Now + 31}}}""", "not valid yet" },
        { $$"""{"sub":"a","exp":{{Now + 9}},"nbf":null}""", "not a time" },
        { $$"""{"sub":"a","exp":{{Now + 9}},"iat":{{Now + 31}}}""", "in the future" },
        { $$"""{"exp":{{Now + 9}}}""", "names no user" },
        { $$"""{"sub":"","exp":{{Now + 9}}}""", "names no user" },
        { $$"""{"sub":7,"exp":{{Now + 9}}}""", "names no user" },
        { $$"""{"sub":"\ud800","exp":{{Now + 9}}}""", "names no user" },
        { $$"""{"sub":"a","exp":{{Now + 9}},"publish":"a/b"}""", "topic filters" },
        { $$"""{"sub":"a","exp":{{Now + 9}},"publish":["a#"]}""", "topic filters" },
        { $$"""{"sub":"a","exp":{{Now + 9}},"subscribe":[1]}""", "topic filters" },
    };

    [Theory]
    [MemberData(nameof(BadClaims))]
    public async Task bad_claim_refuses(string claims, string problem)
    {
        var log = new CapturedLog();
        using var key = new TemporaryFile(Tokens.HmacKey);
        using JwtAuthenticator tokens = Open(new JwtOptions { HmacKeyFile = key.Path }, log);
        string token = Tokens.Sign("""{"alg":"HS256"}""", claims, static text =>
            HMACSHA256.HashData(Encoding.UTF8.GetBytes(Tokens.HmacKey), text));
        Assert.True((await tokens.Try("u", token)).IsRefused());
        Assert.Contains(problem, log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token[..20], log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task clocks_may_differ_by_the_leeway()
    {
        using var key = new TemporaryFile(Tokens.HmacKey);
        using JwtAuthenticator tokens = Open(new JwtOptions { HmacKeyFile = key.Path });
        JsonObject claims = Tokens.Claims();
        claims["exp"] = Now - 29;
        claims["nbf"] = Now + 30;
        claims["iat"] = Now + 30;
        Assert.True((await tokens.Try("u", Tokens.Hs256(claims))).IsAccepted);
    }

    [Fact]
    public async Task token_without_end_is_good_where_that_is_wanted()
    {
        using var key = new TemporaryFile(Tokens.HmacKey);
        using JwtAuthenticator tokens = Open(new JwtOptions { HmacKeyFile = key.Path, RequiresExpiry = false });
        AuthenticationResult result = await tokens.Try("u", Tokens.Hs256(new JsonObject { ["sub"] = "a" }));
        Assert.True(result.IsAccepted);
        Assert.Null(result.Identity!.ExpiresAt);
    }

    [Theory]
    [InlineData("iss", "\"issuer\"", true)]
    [InlineData("iss", "\"other\"", false)]
    [InlineData("iss", "[\"issuer\"]", false)]
    [InlineData("iss", null, false)]
    [InlineData("aud", "\"broker\"", true)]
    [InlineData("aud", "[\"x\",\"broker\"]", true)]
    [InlineData("aud", "[\"x\",7]", false)]
    [InlineData("aud", "\"brokers\"", false)]
    [InlineData("aud", null, false)]
    public async Task issuer_and_audience_have_to_be_right(string claim, string? value, bool isGood)
    {
        using var key = new TemporaryFile(Tokens.HmacKey);
        using JwtAuthenticator tokens = Open(new JwtOptions
        {
            HmacKeyFile = key.Path,
            Issuer = "issuer",
            Audience = "broker",
        });
        JsonObject claims = Tokens.Claims();
        claims["iss"] = "issuer";
        claims["aud"] = "broker";
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = JsonNode.Parse(value);
        }

        Assert.Equal(isGood, (await tokens.Try("u", Tokens.Hs256(claims))).IsAccepted);
    }

    [Fact]
    public async Task forged_tokens_are_refused()
    {
        using var rsa = RSA.Create(2048);
        string pem = rsa.ExportSubjectPublicKeyInfoPem();
        using var hmacFile = new TemporaryFile(Tokens.HmacKey);
        using var pemFile = new TemporaryFile(pem);
        using JwtAuthenticator both = Open(new JwtOptions { HmacKeyFile = hmacFile.Path, KeyFile = pemFile.Path });
        JsonObject claims = Tokens.Claims();
        string good = Tokens.Hs256(claims);
        Assert.True((await both.Try("u", good)).IsAccepted);

        string[] forged =
        [
            Tokens.Sign("""{"alg":"none"}""", claims.ToJsonString(), static _ => []),
            Tokens.Sign("""{"alg":"None"}""", claims.ToJsonString(), static _ => []),
            Tokens.Sign("""{"typ":"JWT"}""", claims.ToJsonString(), static _ => []),
            Tokens.Hs256(claims, key: pem),                              // the public key as a secret
            Tokens.Hs256(claims, key: pem.TrimEnd()),
            Tokens.Hs256(claims, key: "another key that is quite long enough"),
            Tokens.Hs256(claims, header: """{"alg":"RS256"}"""),
            Tokens.Hs256(claims, header: """{"alg":"HS512"}"""),
            Tokens.Hs256(claims, header: """{"alg":"HS256","crit":["exp"]}"""),
            Tokens.Rs256(claims, rsa, header: """{"alg":"HS256"}"""),
            good[..good.LastIndexOf('.')] + ".",
            good[..^2] + (good[^2] == 'A' ? "B" : "A") + good[^1],
            good.Replace(good.Split('.')[1], Tokens.Encoded("""{"sub":"root","exp":9999999999}"""u8.ToArray()),
                StringComparison.Ordinal),
        ];
        foreach (string token in forged)
        {
            Assert.True((await both.Try("u", token)).IsRefused(), token);
        }
    }

    [Fact]
    public async Task member_twice_in_header_or_claims_is_no_token()
    {
        using var key = new TemporaryFile(Tokens.HmacKey);
        using JwtAuthenticator tokens = Open(new JwtOptions { HmacKeyFile = key.Path });
        string twice = Tokens.Hs256(Tokens.Claims(), header: """{"alg":"none","alg":"HS256"}""");
        Assert.False((await tokens.Try("u", twice)).IsAccepted);
    }

    [Fact]
    public async Task pem_files_hold_rsa_and_p256_keys_and_certificates()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certified = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=issuer", certified, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(Tokens.Now, Tokens.Now.AddDays(1));
        using var file = new TemporaryFile(string.Join('\n',
            rsa.ExportRSAPublicKeyPem(), ec.ExportSubjectPublicKeyInfoPem(), certificate.ExportCertificatePem()));
        using JwtAuthenticator tokens = Open(new JwtOptions { KeyFile = file.Path });
        JsonObject claims = Tokens.Claims();
        Assert.True((await tokens.Try("u", Tokens.Rs256(claims, rsa))).IsAccepted);
        Assert.True((await tokens.Try("u", Tokens.Es256(claims, ec))).IsAccepted);
        Assert.True((await tokens.Try("u", Tokens.Es256(claims, certified))).IsAccepted);

        using var stranger = RSA.Create(2048);
        Assert.True((await tokens.Try("u", Tokens.Rs256(claims, stranger))).IsRefused());
        string der = Tokens.Sign("""{"alg":"ES256"}""", claims.ToJsonString(), text =>
            ec.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.True((await tokens.Try("u", der)).IsRefused());
    }

    [Fact]
    public async Task key_set_is_asked_by_key_identifier()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        RSAParameters r = rsa.ExportParameters(false);
        ECParameters e = ec.ExportParameters(false);
        using var file = new TemporaryFile($$"""
            {"keys":[
              {"kty":"RSA","kid":"r","use":"sig",
               "n":"{{Tokens.Encoded(r.Modulus!)}}","e":"{{Tokens.Encoded(r.Exponent!)}}"},
              {"kty":"EC","kid":"e","crv":"P-256","x":"{{Tokens.Encoded(e.Q.X!)}}","y":"{{Tokens.Encoded(e.Q.Y!)}}"},
              {"kty":"oct","kid":"o","alg":"HS256","k":"{{Tokens.Encoded(Encoding.ASCII.GetBytes(Tokens.HmacKey))}}"},
              {"kty":"OKP","crv":"Ed25519","x":"AAAA"},
              {"kty":"RSA","use":"enc","n":"AAAA","e":"AQAB"}]}
            """);
        using JwtAuthenticator tokens = Open(new JwtOptions { JwksFile = file.Path });
        JsonObject claims = Tokens.Claims();
        Assert.True((await tokens.Try("u", Tokens.Rs256(claims, rsa, """{"alg":"RS256","kid":"r"}"""))).IsAccepted);
        Assert.True((await tokens.Try("u", Tokens.Es256(claims, ec, """{"alg":"ES256","kid":"e"}"""))).IsAccepted);
        Assert.True((await tokens.Try(
            "u", Tokens.Hs256(claims, header: """{"alg":"HS256","kid":"o"}"""))).IsAccepted);
        Assert.True((await tokens.Try("u", Tokens.Rs256(claims, rsa))).IsAccepted);
        Assert.True((await tokens.Try("u", Tokens.Rs256(claims, rsa, """{"alg":"RS256","kid":"e"}"""))).IsRefused());
    }

    [Theory]
    [InlineData("short", "HmacKeyFile", "at least 32 bytes")]
    [InlineData("no pem", "KeyFile", "no PEM block")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "KeyFile", "no public key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "KeyFile", "'PRIVATE KEY'")]
    [InlineData("{", "JwksFile", "not a JSON Web Key Set")]
    [InlineData("{\"keys\":[]}", "JwksFile", "no key of")]
    [InlineData("{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}]}", "JwksFile", "broken")]
    [InlineData("{\"keys\":[1]}", "JwksFile", "broken")]
    [InlineData("{\"keys\":[{\"kty\":\"RSA\"}]}", "JwksFile", "broken")]
    [InlineData("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", "JwksFile", "at least 32 bytes")]
    [InlineData("{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}]}", "JwksFile", "broken")]
    public void bad_key_file_is_named_and_not_quoted(string content, string option, string problem)
    {
        using var file = new TemporaryFile(content);
        var options = new JwtOptions
        {
            HmacKeyFile = option == "HmacKeyFile" ? file.Path : null,
            KeyFile = option == "KeyFile" ? file.Path : null,
            JwksFile = option == "JwksFile" ? file.Path : null,
        };
        string message = Assert.Throws<AccessFileException>(() => Open(options)).Message;
        Assert.Contains(file.Path, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", message, StringComparison.Ordinal);
    }

    [Fact]
    public void weak_rsa_key_and_missing_keys_are_refused()
    {
#pragma warning disable CA5385 // a weak key is what is tested
        using var weak = RSA.Create(1024);
#pragma warning restore CA5385
        using var file = new TemporaryFile(weak.ExportSubjectPublicKeyInfoPem());
        Assert.Throws<AccessFileException>(() => Open(new JwtOptions { KeyFile = file.Path }));
        Assert.Throws<ArgumentException>(() => Open(new JwtOptions()));
    }

    [Fact]
    public async Task changed_key_is_read_again_and_a_bad_one_is_not()
    {
        var time = new FakeTimeProvider(Tokens.Now);
        using var key = new TemporaryFile(Tokens.HmacKey);
        using var tokens = new JwtAuthenticator(new JwtOptions { HmacKeyFile = key.Path }, NullLogger.Instance, time);
        const string Next = "fedcba9876543210fedcba9876543210";
        key.Write(Next);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await tokens.Try("u", Tokens.Hs256(Tokens.Claims()))).IsRefused());
        Assert.True((await tokens.Try("u", Tokens.Hs256(Tokens.Claims(), Next))).IsAccepted);

        key.Write("short");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(tokens.Reload());
        Assert.True((await tokens.Try("u", Tokens.Hs256(Tokens.Claims(), Next))).IsAccepted);
    }

    [Theory]
    [InlineData(AccessKind.Publish, "out/alice/x", true)]
    [InlineData(AccessKind.Publish, "out/bob/x", false)]
    [InlineData(AccessKind.Publish, "in/c1", false)]
    [InlineData(AccessKind.Publish, "$SYS/x", false)]
    [InlineData(AccessKind.Receive, "in/c1", true)]
    [InlineData(AccessKind.Receive, "in/c1/deep", true)]
    [InlineData(AccessKind.Receive, "in/c2", false)]
    [InlineData(AccessKind.Receive, "out/alice/x", false)]
    [InlineData(AccessKind.Subscribe, "in/c1/#", true)]
    [InlineData(AccessKind.Subscribe, "in/c1/+/x", true)]
    [InlineData(AccessKind.Subscribe, "in/+", false)]
    [InlineData(AccessKind.Subscribe, "in/#", false)]
    [InlineData(AccessKind.Subscribe, "#", false)]
    [InlineData(AccessKind.Subscribe, "any/x/here", true)]
    [InlineData(AccessKind.Subscribe, "any/+/here", true)]
    [InlineData(AccessKind.Subscribe, "any/#", false)]
    [InlineData(AccessKind.Subscribe, "any/+", false)]
    public async Task claims_are_the_clients_rules(AccessKind kind, string topic, bool isAllowed)
    {
        using var key = new TemporaryFile(Tokens.HmacKey);
        using JwtAuthenticator tokens = Open(new JwtOptions { HmacKeyFile = key.Path });
        JsonObject claims = Tokens.Claims();
        claims["publish"] = new JsonArray("out/%u/#", "+/only");
        claims["subscribe"] = new JsonArray("in/%c/#", "any/+/here");
        ClientIdentity identity = (await tokens.Try("u", Tokens.Hs256(claims))).Identity!;
        IClientRules rules = identity.AccessRules!.RulesFor("c1", identity);
        Assert.Equal(
            isAllowed ? AccessVerdict.Allowed : AccessVerdict.Denied,
            rules.Check(kind, Encoding.UTF8.GetBytes(topic)));
    }

    [Fact]
    public async Task list_that_is_missing_grants_nothing()
    {
        using var key = new TemporaryFile(Tokens.HmacKey);
        using JwtAuthenticator tokens = Open(new JwtOptions { HmacKeyFile = key.Path });
        JsonObject claims = Tokens.Claims();
        claims["publish"] = new JsonArray("#");
        ClientIdentity identity = (await tokens.Try("u", Tokens.Hs256(claims))).Identity!;
        IClientRules rules = identity.AccessRules!.RulesFor("c1", identity);
        Assert.Equal(AccessVerdict.Allowed, rules.Check(AccessKind.Publish, "a"u8));
        Assert.Equal(AccessVerdict.Denied, rules.Check(AccessKind.Receive, "a"u8));
        Assert.Equal(AccessVerdict.Denied, rules.Check(AccessKind.Subscribe, "a"u8));
    }

    private static JwtAuthenticator Open(JwtOptions options, CapturedLog? log = null) =>
        new(options, log ?? new CapturedLog(), new FakeTimeProvider(Tokens.Now));
}
