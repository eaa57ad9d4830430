// What a service is told about a client that wants in, as it stands in the JSON.

using System.Text;
using System.Text.Json.Serialization;
using FastMqtt.Broker.Access;
using FastMqtt.Protocol;

namespace FastMqtt.Access;

internal sealed record LoginQuestion
{
    [JsonPropertyName("username")]
    public string? UserName { get; init; }

    [JsonPropertyName("password")]
    public string? Password { get; init; }

    // Instead of "password" when that is not text.
    [JsonPropertyName("password_base64")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PasswordBase64 { get; init; }

    [JsonPropertyName("clientid")]
    public required string ClientId { get; init; }

    [JsonPropertyName("address")]
    public string? Address { get; init; }

    [JsonPropertyName("listener")]
    public required string Listener { get; init; }

    [JsonPropertyName("protocol")]
    public required string Protocol { get; init; }

    [JsonPropertyName("certificate_common_name")]
    public string? CertificateCommonName { get; init; }

    public static LoginQuestion Of(AuthenticationRequest request)
    {
        ReadOnlyMemory<byte>? password = request.Password;
        bool isText = password is not ReadOnlyMemory<byte> bytes || Utf8Text.IsValid(bytes.Span);
        return new LoginQuestion
        {
            UserName = request.UserName,
            Password = isText && password is ReadOnlyMemory<byte> text ? Encoding.UTF8.GetString(text.Span) : null,
            PasswordBase64 = isText ? null : Convert.ToBase64String(password!.Value.Span),
            ClientId = request.ClientId,
            Address = request.Address?.ToString(),
            Listener = request.Listener,
            Protocol = request.Version switch
            {
                ProtocolVersion.Mqtt31 => "3.1",
                ProtocolVersion.Mqtt311 => "3.1.1",
                _ => "5.0",
            },
            CertificateCommonName = request.CertificateCommonName,
        };
    }
}
