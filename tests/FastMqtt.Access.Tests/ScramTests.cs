// SCRAM-SHA-256: the exchange of RFC 7677 byte by byte, and each way in which one may not get in.

using System.Security.Cryptography;
using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FastMqtt.Access.Tests;

public class ScramTests
{
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string ClientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private const string ClientFinal =
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    [Fact]
    public async Task rfc_7677_exchange_is_met()
    {
        using var users = Users();
        var exchange = new ScramExchange(users, null, ServerNonce);
        AuthenticationStep first = await Send(exchange, ClientFirst);
        Assert.Equal(ReasonCode.ContinueAuthentication, first.Reason);
        Assert.Equal(
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", Text(first));
        AuthenticationStep final = await Send(exchange, ClientFinal);
        Assert.Equal(ReasonCode.Success, final.Reason);
        Assert.Equal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Text(final));
        Assert.Equal("user", final.Identity!.UserName);
    }

    [Fact]
    public async Task exchange_may_begin_without_data()
    {
        using var users = Users();
        var exchange = new ScramExchange(users, "user", ServerNonce);
        AuthenticationStep step = await Send(exchange, string.Empty);
        Assert.Equal(ReasonCode.ContinueAuthentication, step.Reason);
        Assert.True(step.Data.IsEmpty);
        await Send(exchange, ClientFirst);
        Assert.Equal(ReasonCode.Success, (await Send(exchange, ClientFinal)).Reason);
        Assert.Equal(ReasonCode.NotAuthorized, (await Send(exchange, ClientFinal)).Reason);
    }

    [Theory]
    [InlineData("p=tls-unique,,n=user,r=abc")]   // channel binding is demanded and cannot be given
    [InlineData("n,a=admin,n=user,r=abc")]       // wants to act as somebody else
    [InlineData("n,,n=other,r=abc")]             // not who CONNECT says
    [InlineData("n,,m=x,n=user,r=abc")]          // an extension that has to be understood
    [InlineData("n,,n=us=er,r=abc")]
    [InlineData("n,,n=user")]
    [InlineData("n,,n=user,r=")]
    [InlineData("n,,n=,r=abc")]
    [InlineData("x,,n=user,r=abc")]
    [InlineData("n")]
    [InlineData("hello")]
    public async Task first_message_is_refused(string message)
    {
        using var users = Users();
        var exchange = new ScramExchange(users, "user", ServerNonce);
        Assert.Equal(ReasonCode.NotAuthorized, (await Send(exchange, message)).Reason);
        Assert.Equal(ReasonCode.NotAuthorized, (await Send(exchange, ClientFinal)).Reason);
    }

    [Theory]
    [InlineData("c=biws", "c=eSws")]             // another header than the one that was sent
    [InlineData("NEkqO%", "NEkqX%")]             // another nonce
    [InlineData("p=dHzb", "p=eHzb")]
    [InlineData(",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "")]
    [InlineData("p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "p=AAAA")]
    [InlineData("p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "p=?")]
    public async Task final_message_is_refused(string from, string to)
    {
        using var users = Users();
        var exchange = new ScramExchange(users, null, ServerNonce);
        await Send(exchange, ClientFirst);
        AuthenticationStep final = await Send(exchange, ClientFinal.Replace(from, to, StringComparison.Ordinal));
        Assert.Equal(ReasonCode.NotAuthorized, final.Reason);
        Assert.Null(final.Identity);
    }

    [Fact]
    public async Task unknown_user_looks_like_a_wrong_password()
    {
        using var users = Users();
        AuthenticationStep first = await Send(new ScramExchange(users, null, "x"), "n,,n=nobody,r=abc");
        var again = new ScramExchange(users, null, "x");
        Assert.Equal(Text(first), Text(await Send(again, "n,,n=nobody,r=abc")));
        Assert.NotEqual(Text(first), Text(await Send(new ScramExchange(users, null, "x"), "n,,n=nobodi,r=abc")));
        Assert.EndsWith(",i=4096", Text(first), StringComparison.Ordinal);
        Assert.Equal(16, Convert.FromBase64String(Text(first).Split(",s=")[1].Split(',')[0]).Length);

        string proof = Convert.ToBase64String(new byte[32]);
        AuthenticationStep unknown = await Send(again, $"c=biws,r=abcx,p={proof}");
        var known = new ScramExchange(users, null, "x");
        await Send(known, "n,,n=user,r=abc");
        AuthenticationStep wrong = await Send(known, $"c=biws,r=abcx,p={proof}");
        Assert.Equal(wrong.Reason, unknown.Reason);
        Assert.Equal(Text(wrong), Text(unknown));
    }

    [Fact]
    public async Task unknown_users_salt_survives_a_restart()
    {
        using var file = new TemporaryFile("user:" + Credentials().Encoded);
        using var before = new PasswordFile(file.Path, NullLogger.Instance, new FakeTimeProvider());
        using var after = new PasswordFile(file.Path, NullLogger.Instance, new FakeTimeProvider());
        Assert.Equal(
            Text(await Send(new ScramExchange(before, null, "x"), "n,,n=nobody,r=abc")),
            Text(await Send(new ScramExchange(after, null, "x"), "n,,n=nobody,r=abc")));
    }

    [Fact]
    public async Task plain_password_serves_the_same_line()
    {
        using var users = Users();
        Assert.True((await users.Try("user", "pencil")).IsAccepted);
        Assert.True((await users.Try("user", "pen")).IsRefused());
    }

    [Fact]
    public async Task name_with_comma_and_equals_sign_is_unescaped()
    {
        using var file = new TemporaryFile("a,=b:" + Credentials().Encoded);
        using var users = new PasswordFile(file.Path, NullLogger.Instance, new FakeTimeProvider());
        var method = new ScramSha256(users);
        Assert.Equal("SCRAM-SHA-256", method.Method);
        IAuthenticationExchange exchange = method.Begin(Logins.Request("a,=b", null));
        string first = Text(await Send(exchange, "y,,n=a=2C=3Db,r=abc"));
        Assert.Contains("s=W22ZaJ0SNY7soEsUEjb6gQ==", first, StringComparison.Ordinal);
        Assert.Equal("a,=b", (await Send(exchange, Prove(first, "y,,", "n=a=2C=3Db,r=abc"))).Identity!.UserName);
    }

    // The client's side, on its own.
    private static string Prove(string serverFirst, string header, string bare)
    {
        string nonce = serverFirst.Split(',')[0];
        byte[] salt = Convert.FromBase64String(serverFirst.Split(",s=")[1].Split(',')[0]);
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2("pencil", salt, 4096, HashAlgorithmName.SHA256, 32);
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        string withoutProof = $"c={Convert.ToBase64String(Encoding.UTF8.GetBytes(header))},{nonce}";
        byte[] signed = Encoding.UTF8.GetBytes($"{bare},{serverFirst},{withoutProof}");
        byte[] signature = HMACSHA256.HashData(SHA256.HashData(clientKey), signed);
        byte[] proof = [.. clientKey.Zip(signature, static (key, sign) => (byte)(key ^ sign))];
        return $"{withoutProof},p={Convert.ToBase64String(proof)}";
    }

    private static ScramHash Credentials() =>
        ScramHash.Create("pencil"u8, 4096, Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ=="));

    private static PasswordFile Users()
    {
        using var file = new TemporaryFile("user:" + Credentials().Encoded);
        return new PasswordFile(file.Path, NullLogger.Instance, new FakeTimeProvider());
    }

    private static async Task<AuthenticationStep> Send(IAuthenticationExchange exchange, string message) =>
        await exchange.StepAsync(Encoding.UTF8.GetBytes(message), TestContext.Current.CancellationToken);

    private static string Text(AuthenticationStep step) => Encoding.UTF8.GetString(step.Data.Span);
}
