// An application message as a test looks at it, with its acknowledgement for clients that acknowledge by hand.

using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public sealed class ReceivedMessage(MqttApplicationMessageReceivedEventArgs arguments)
{
    public MqttApplicationMessage Message { get; } = arguments.ApplicationMessage;

    public byte[] Payload { get; } = arguments.ApplicationMessage.Payload.ToArray();

    public string Topic => Message.Topic;

    public string Text => Encoding.UTF8.GetString(Payload);

    public bool IsRetained => Message.Retain;

    public bool IsDuplicate => Message.Dup;

    public MqttQualityOfServiceLevel QoS => Message.QualityOfServiceLevel;

    /// <summary>PUBACK or PUBREC: for clients connected with acknowledgeByHand.</summary>
    public Task AcknowledgeAsync() => arguments.AcknowledgeAsync(TestContext.Current.CancellationToken);
}
