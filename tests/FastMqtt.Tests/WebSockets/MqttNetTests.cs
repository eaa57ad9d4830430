// A client that others use, over ws and wss, in both versions and at every QoS.
using System.Threading.Channels;
using FastMqtt.WebSockets;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using Xunit;

namespace FastMqtt.Tests.WebSockets;

public class MqttNetTests
{
    public static TheoryData<bool, MqttProtocolVersion> Kinds => new()
    {
        { false, MqttProtocolVersion.V311 },
        { false, MqttProtocolVersion.V500 },
        { true, MqttProtocolVersion.V311 },
        { true, MqttProtocolVersion.V500 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task messages_come_at_every_qos_and_a_million_bytes_too(bool isSecure, MqttProtocolVersion version)
    {
        using var files = new CertificateFiles();
        await using WebSocketBroker broker = await WebSocketBroker.StartAsync(
            new WebSocketListenerOptions(WebSocketBroker.Loopback(isSecure ? files.Server() : null)));
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        var received = Channel.CreateUnbounded<MqttApplicationMessage>();
        client.ApplicationMessageReceivedAsync += arguments =>
        {
            received.Writer.TryWrite(arguments.ApplicationMessage);
            return Task.CompletedTask;
        };
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(version)
            .WithWebSocketServer(server => server.WithUri($"{broker.Address.Scheme}://localhost:{broker.Port}/mqtt"))
            .WithTlsOptions(tls => tls.UseTls(isSecure)
                .WithCertificateValidationHandler(shown => files.IsSignedByAuthority(shown.Certificate)))
            .Build();
        await client.ConnectAsync(options, WebSocketBroker.Cancelled);
        await client.SubscribeAsync("t/#", MqttQualityOfServiceLevel.ExactlyOnce, WebSocketBroker.Cancelled);
        byte[] payload = new byte[1_000_000];
        Random.Shared.NextBytes(payload);
        for (int qos = 0; qos < 3; qos++)
        {
            await client.PublishBinaryAsync(
                $"t/{qos}", payload, (MqttQualityOfServiceLevel)qos, false, WebSocketBroker.Cancelled);
        }

        for (int qos = 0; qos < 3; qos++)
        {
            MqttApplicationMessage message = await received.Reader.ReadAsync(WebSocketBroker.Cancelled).AsTask()
                .WaitAsync(WebSocketBroker.Patience, WebSocketBroker.Cancelled);
            Assert.Equal($"t/{qos}", message.Topic);
            Assert.Equal(qos, (int)message.QualityOfServiceLevel);
            Assert.True(payload.AsSpan().SequenceEqual(System.Buffers.BuffersExtensions.ToArray(message.Payload)));
        }

        await client.DisconnectAsync(cancellationToken: WebSocketBroker.Cancelled);
    }
}
