// The smallest host: a broker, and a subscriber and a publisher inside the process.
// dotnet run --project samples/MinimalHost -- 1883

using System.Text;
using FastMqtt.Broker;
using FastMqtt.Broker.InProcess;

string port = args is [var first, ..] ? first : "1883";
var options = new BrokerOptions
{
    Listeners = { new ListenerOptions { Address = $"127.0.0.1:{port}", AllowAnonymous = true } },
};
await using MqttBroker broker = await MqttBroker.StartAsync(options);
Console.WriteLine($"Serving on {broker.EndPoints[0]}; Enter ends it.");

await using InProcessSubscription everything = await broker.SubscribeAsync("#", (in ReceivedSpan message) =>
    Console.WriteLine($"{Encoding.UTF8.GetString(message.Topic)}: {Encoding.UTF8.GetString(message.Payload)}"));
await broker.PublishAsync("greetings", "hello"u8.ToArray());

await Console.In.ReadLineAsync();
