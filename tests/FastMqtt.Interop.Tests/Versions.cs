// The rows of the theories: each protocol version, alone, with each QoS, and with the QoS levels that are queued.

using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace FastMqtt.Interop.Tests;

public static class Versions
{
    private static readonly MqttProtocolVersion[] Known =
        [MqttProtocolVersion.V310, MqttProtocolVersion.V311, MqttProtocolVersion.V500];

    public static TheoryData<MqttProtocolVersion> All => [.. Known];

    public static TheoryData<MqttProtocolVersion, MqttQualityOfServiceLevel> AllWithEachQoS =>
        With(MqttQualityOfServiceLevel.AtMostOnce);

    public static TheoryData<MqttProtocolVersion, MqttQualityOfServiceLevel> AllWithQueuedQoS =>
        With(MqttQualityOfServiceLevel.AtLeastOnce);

    private static TheoryData<MqttProtocolVersion, MqttQualityOfServiceLevel> With(MqttQualityOfServiceLevel lowest)
    {
        TheoryData<MqttProtocolVersion, MqttQualityOfServiceLevel> rows = [];
        foreach (MqttProtocolVersion version in Known)
        {
            for (MqttQualityOfServiceLevel qos = lowest; qos <= MqttQualityOfServiceLevel.ExactlyOnce; qos++)
            {
                rows.Add(version, qos);
            }
        }

        return rows;
    }
}
