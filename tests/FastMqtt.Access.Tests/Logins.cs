// Requests of clients, short to write.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;

namespace FastMqtt.Access.Tests;

internal static class Logins
{
    public static AuthenticationRequest Request(string? userName, string? password, string clientId = "client") => new()
    {
        ClientId = clientId,
        UserName = userName,
        Password = password is null ? (ReadOnlyMemory<byte>?)null : Encoding.UTF8.GetBytes(password),
        Version = ProtocolVersion.Mqtt5,
        Listener = "plain",
        Address = System.Net.IPAddress.Loopback,
    };

    public static async Task<AuthenticationResult> Try(
        this IAuthenticator authenticator, string? userName, string? password) =>
        await authenticator.AuthenticateAsync(Request(userName, password), TestContext.Current.CancellationToken);

    public static bool IsRefused(this AuthenticationResult result) =>
        result is { IsDecided: true, IsAccepted: false }
        && result.Reason is ReasonCode.NotAuthorized or ReasonCode.BadUserNameOrPassword;
}
