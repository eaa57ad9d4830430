// A broker in a native executable: published ahead of time, it starts in milliseconds and needs no .NET.
// dotnet publish samples/AotHost -c Release -r linux-x64

using FastMqtt.Broker;

string port = args is [var first, ..] ? first : "1883";
var options = new BrokerOptions
{
    Listeners = { new ListenerOptions { Address = $"127.0.0.1:{port}", AllowAnonymous = true } },
};
await using MqttBroker broker = await MqttBroker.StartAsync(options);
Console.WriteLine($"Serving on {broker.EndPoints[0]}; Enter ends it.");
await Console.In.ReadLineAsync();
