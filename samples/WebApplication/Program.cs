// A web application with a broker in it: MQTT over TCP and over WebSocket, and an HTTP interface beside it.
// dotnet run --project samples/WebApplication -- --urls http://127.0.0.1:8080
// The broker's options are in appsettings.json.

using System.Text;
using FastMqtt.Broker;
using FastMqtt.Broker.Administration;
using FastMqtt.Protocol;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddMqttBroker(builder.Configuration.GetSection("Mqtt"));
await using WebApplication app = builder.Build();

app.MapMqtt("/mqtt", endpoint => endpoint.Listener.AllowAnonymous = true);
app.MapGet("/clients", async (MqttBroker broker) =>
    (await broker.Administration.ListSessionsAsync(new SessionQuery())).Items.Select(session => session.ClientId));
app.MapPost("/publish/{**topic}", async (string topic, HttpRequest request, MqttBroker broker) =>
{
    using var reader = new StreamReader(request.Body);
    byte[] payload = Encoding.UTF8.GetBytes(await reader.ReadToEndAsync());
    ReasonCode result = await broker.PublishAsync(topic, payload);
    return result < ReasonCode.UnspecifiedError ? Results.NoContent() : Results.Problem($"{result}");
});
await app.RunAsync();
