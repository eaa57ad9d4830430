// A program with the packages: a broker in an ASP.NET Core application, with a store, a socket, a WebSocket endpoint,
// and a client over a stream in memory that must get back what it publishes.
using System.IO.Pipelines;
using System.Net;
using FastMqtt.Broker;
using FastMqtt.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
builder.Services.AddMqttBroker(options =>
{
    options.Listeners.Add(new ListenerOptions { Address = "127.0.0.1:0", MaximumQoS = QualityOfService.AtLeastOnce });
    options.Listeners.Add(new ListenerOptions { IsAttached = true, AllowAnonymous = true });
    options.Persistence = new PersistenceOptions { Path = args[0] };
});
await using WebApplication application = builder.Build();
application.Urls.Add("http://127.0.0.1:0");
application.MapMqtt("/mqtt");
await application.StartAsync();

MqttBroker broker = application.Services.GetRequiredService<MqttBroker>();
int port = ((IPEndPoint)broker.EndPoints[0]).Port;
var up = new Pipe();
var down = new Pipe();
Task serving = broker.AttachAsync(new Ends(up.Reader, down.Writer), broker.Listeners[1]);
Stream client = up.Writer.AsStream();
await client.WriteAsync(Convert.FromHexString("100F00044D5154540400000000036F6E65")); // CONNECT, its session stays
await client.WriteAsync(Convert.FromHexString("8206000100017401")); // SUBSCRIBE to t with QoS 1
await client.WriteAsync(Convert.FromHexString("320700017400076869")); // PUBLISH hi to t with QoS 1
byte[] answers = new byte[4 + 5 + 9 + 4];
await down.Reader.AsStream().ReadExactlyAsync(answers).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
bool isRight = Convert.ToHexString(answers).Contains("3207000174000168", StringComparison.Ordinal);
await broker.SaveAsync();
await client.DisposeAsync();
await serving;
await application.StopAsync();
Console.WriteLine($"port {port > 0}, delivered {isRight}, saved {new FileInfo(args[0]).Length > 0}");

internal sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
