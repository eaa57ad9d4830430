// A bridge in thirty lines: what is published here below sensors/ goes to another broker, and what is published there
// below commands/ comes here.
// dotnet run --project samples/Bridge -- 1883 other.example.org 1883

using System.Buffers;
using System.Globalization;
using FastMqtt.Broker;
using FastMqtt.Broker.InProcess;
using FastMqtt.Protocol;
using MQTTnet;
using MQTTnet.Protocol;

var options = new BrokerOptions
{
    Listeners = { new ListenerOptions { Address = $"127.0.0.1:{args[0]}", AllowAnonymous = true } },
};
await using MqttBroker broker = await MqttBroker.StartAsync(options);
using IMqttClient remote = new MqttClientFactory().CreateMqttClient();
remote.ApplicationMessageReceivedAsync += received => broker.PublishAsync(
    received.ApplicationMessage.Topic,
    received.ApplicationMessage.Payload.ToArray(),
    (QualityOfService)received.ApplicationMessage.QualityOfServiceLevel).AsTask();
await remote.ConnectAsync(new MqttClientOptionsBuilder()
    .WithTcpServer(args[1], int.Parse(args[2], CultureInfo.InvariantCulture))
    .Build());
await remote.SubscribeAsync("commands/#", MqttQualityOfServiceLevel.AtLeastOnce);

var sensors = new SubscribeOptions { QoS = QualityOfService.AtLeastOnce, BufferedMessages = 10_000 };
await using MessageStream messages = broker.Subscribe("sensors/#", sensors);
await messages.Subscribed;
Console.WriteLine($"Serving on {broker.EndPoints[0]}, bridged to {args[1]}:{args[2]}");
await foreach (ReceivedMessage message in messages)
{
    await remote.PublishBinaryAsync(
        message.Topic, message.Payload.ToArray(), (MqttQualityOfServiceLevel)message.QoS, message.Retain);
}
