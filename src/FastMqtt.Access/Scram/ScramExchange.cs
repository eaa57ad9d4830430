// One exchange of SCRAM-SHA-256: client-first, server-first, client-final, server-final. Somebody unknown goes the
// whole way and fails at the end as a wrong password does. A step that is not understood ends the exchange.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;

namespace FastMqtt.Access;

internal sealed class ScramExchange(PasswordFile users, string? claimedName, string serverNonce)
    : IAuthenticationExchange
{
    // A message has three short attributes and a name or a proof; more is no SCRAM client.
    private const int MessageLengthMax = 4096;

    private enum Phase
    {
        Begin,
        First,
        Final,
        Over,
    }

    private Phase _phase;
    private string _userName = string.Empty;
    private string _nonce = string.Empty;
    private string _bindingText = string.Empty;
    private string _firstMessages = string.Empty; // client-first-bare and server-first, as the proof signs them
    private ScramHash? _credentials;
    private bool _isKnown;

    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    public ValueTask<AuthenticationStep> StepAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        new(Step(data.Span));

    private static AuthenticationStep Refused(string? error = null) => new(
        ReasonCode.NotAuthorized, error is null ? default : Encoding.ASCII.GetBytes("e=" + error));

    private AuthenticationStep Step(ReadOnlySpan<byte> data)
    {
        Phase phase = _phase;
        _phase = Phase.Over;
        if (phase == Phase.Begin && data.IsEmpty)
        {
            // No initial response: the mechanism's own first message is asked for.
            _phase = Phase.First;
            return new AuthenticationStep(ReasonCode.ContinueAuthentication);
        }

        if (data.Length > MessageLengthMax || !Utf8Text.IsValid(data))
        {
            return Refused("invalid-encoding");
        }

        string message = Encoding.UTF8.GetString(data);
        return phase switch
        {
            Phase.Begin or Phase.First => AnswerFirst(message),
            Phase.Final => AnswerFinal(message),
            _ => Refused(),
        };
    }

    private AuthenticationStep AnswerFirst(string message)
    {
        if (message.StartsWith("p=", StringComparison.Ordinal))
        {
            return Refused("channel-binding-not-supported"); // RFC 5802, section 6: never by ignoring it
        }

        if (!ScramClientFirst.TryParse(message, out ScramClientFirst first))
        {
            return Refused("other-error");
        }

        bool isSomebodyElse = (first.AuthorizationName.Length > 0 && first.AuthorizationName != first.UserName)
            || (claimedName is not null && claimedName != first.UserName);
        if (isSomebodyElse)
        {
            return Refused("other-error");
        }

        _userName = first.UserName;
        _credentials = users.ScramFor(_userName, out _isKnown);
        _nonce = first.Nonce + serverNonce;
        _bindingText = Convert.ToBase64String(Encoding.UTF8.GetBytes(first.Header));
        string answer = string.Create(
            CultureInfo.InvariantCulture,
            $"r={_nonce},s={Convert.ToBase64String(_credentials.Salt)},i={_credentials.Iterations}");
        _firstMessages = $"{first.Bare},{answer}";
        _phase = Phase.Final;
        return new AuthenticationStep(ReasonCode.ContinueAuthentication, Encoding.UTF8.GetBytes(answer));
    }

    private AuthenticationStep AnswerFinal(string message)
    {
        int proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0)
        {
            return Refused("other-error");
        }

        string withoutProof = message[..proofAt];
        string expected = $"c={_bindingText},r={_nonce}";
        bool isExpected = withoutProof == expected
            || withoutProof.StartsWith(expected + ",", StringComparison.Ordinal); // extensions may follow
        Span<byte> proof = stackalloc byte[SHA256.HashSizeInBytes];
        if (!isExpected
            || !Convert.TryFromBase64String(message[(proofAt + 3)..], proof, out int length)
            || length != proof.Length)
        {
            return Refused("other-error");
        }

        ScramHash credentials = _credentials!;
        byte[] signed = Encoding.UTF8.GetBytes($"{_firstMessages},{withoutProof}");
        byte[] clientKey = HMACSHA256.HashData(credentials.StoredKey, signed);
        for (int i = 0; i < clientKey.Length; i++)
        {
            clientKey[i] ^= proof[i];
        }

        bool isProven = CryptographicOperations.FixedTimeEquals(SHA256.HashData(clientKey), credentials.StoredKey);
        byte[] signature = HMACSHA256.HashData(credentials.ServerKey, signed);
        if (!(isProven & _isKnown))
        {
            return Refused("invalid-proof");
        }

        return new AuthenticationStep(
            ReasonCode.Success,
            Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(signature)),
            new ClientIdentity { UserName = _userName });
    }
}
