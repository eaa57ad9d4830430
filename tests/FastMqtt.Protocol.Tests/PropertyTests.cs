// Properties by name: the values, and the defaults of the absent ones. Writing properties and measuring them.
using Xunit;

namespace FastMqtt.Protocol.Tests;

public class PropertyTests
{
    [Fact]
    public void absent_connect_properties_have_the_defaults_of_the_specification()
    {
        ConnectProperties properties = ConnectProperties.From([]);
        Assert.False(properties.HasSessionExpiryInterval);
        Assert.Equal(0u, properties.SessionExpiryInterval);
        Assert.Equal(65_535, properties.ReceiveMaximum);
        Assert.Equal(0u, properties.MaximumPacketSize);
        Assert.Equal(0, properties.TopicAliasMaximum);
        Assert.False(properties.RequestResponseInformation);
        Assert.True(properties.RequestProblemInformation);
        Assert.False(properties.HasAuthenticationMethod);
    }

    [Fact]
    public void connect_properties_are_found_by_name()
    {
        PropertyWriter writer = new(new byte[100]);
        writer.Write(PropertyIdentifier.SessionExpiryInterval, uint.MaxValue);
        writer.Write(PropertyIdentifier.ReceiveMaximum, 20);
        writer.Write(PropertyIdentifier.MaximumPacketSize, 70_000);
        writer.Write(PropertyIdentifier.TopicAliasMaximum, 10);
        writer.Write(PropertyIdentifier.RequestResponseInformation, 1);
        writer.Write(PropertyIdentifier.RequestProblemInformation, 0);
        writer.Write(PropertyIdentifier.AuthenticationMethod, "m"u8);
        writer.Write(PropertyIdentifier.AuthenticationData, "d"u8);
        Assert.Equal(ReasonCode.Success, AllowedProperties.Validate(writer.Written, AllowedProperties.Connect));
        ConnectProperties properties = ConnectProperties.From(writer.Written);
        Assert.True(properties.HasSessionExpiryInterval);
        Assert.Equal(uint.MaxValue, properties.SessionExpiryInterval);
        Assert.Equal(20, properties.ReceiveMaximum);
        Assert.Equal(70_000u, properties.MaximumPacketSize);
        Assert.Equal(10, properties.TopicAliasMaximum);
        Assert.True(properties.RequestResponseInformation);
        Assert.False(properties.RequestProblemInformation);
        Assert.True(properties.AuthenticationMethod.SequenceEqual("m"u8));
        Assert.True(properties.AuthenticationData.SequenceEqual("d"u8));
    }

    [Fact]
    public void connack_properties_have_defaults_and_are_found_by_name()
    {
        ConnackProperties absent = ConnackProperties.From([]);
        Assert.Equal(65_535, absent.ReceiveMaximum);
        Assert.Equal(QualityOfService.ExactlyOnce, absent.MaximumQoS);
        Assert.True(absent.RetainAvailable);
        Assert.True(absent.SharedSubscriptionAvailable);
        PropertyWriter writer = new(new byte[100]);
        writer.Write(PropertyIdentifier.MaximumQoS, 1);
        writer.Write(PropertyIdentifier.RetainAvailable, 0);
        writer.Write(PropertyIdentifier.ServerKeepAlive, 30);
        writer.Write(PropertyIdentifier.AssignedClientIdentifier, "x"u8);
        ConnackProperties properties = ConnackProperties.From(writer.Written);
        Assert.Equal(QualityOfService.AtLeastOnce, properties.MaximumQoS);
        Assert.False(properties.RetainAvailable);
        Assert.Equal(30, properties.ServerKeepAlive);
        Assert.True(properties.AssignedClientIdentifier.SequenceEqual("x"u8));
    }

    [Theory]
    [InlineData(PropertyIdentifier.TopicAlias, true)]
    [InlineData(PropertyIdentifier.MessageExpiryInterval, true)]
    [InlineData(PropertyIdentifier.SubscriptionIdentifier, true)]
    [InlineData(PropertyIdentifier.PayloadFormatIndicator, false)]
    public void publish_properties_of_one_hop_must_be_rewritten(PropertyIdentifier identifier, bool mustRewrite)
    {
        PropertyWriter writer = new(new byte[8]);
        writer.Write(identifier, 1);
        Assert.Equal(PropertyWriter.Measure(identifier, 1), writer.Written.Length);
        Assert.Equal(mustRewrite, PublishProperties.From(writer.Written).MustRewrite);
    }

    [Fact]
    public void will_disconnect_subscribe_and_auth_properties_are_found_by_name()
    {
        PropertyWriter writer = new(new byte[64]);
        writer.Write(PropertyIdentifier.WillDelayInterval, 5);
        writer.Write(PropertyIdentifier.MessageExpiryInterval, 6);
        writer.Write(PropertyIdentifier.SessionExpiryInterval, 7);
        writer.Write(PropertyIdentifier.SubscriptionIdentifier, 8);
        writer.Write(PropertyIdentifier.ReasonString, "r"u8);
        writer.Write(PropertyIdentifier.AuthenticationMethod, "m"u8);
        WillProperties will = WillProperties.From(writer.Written);
        Assert.Equal((5u, 6u, true), (will.WillDelayInterval, will.MessageExpiryInterval, will.MustRewrite));
        Assert.Equal(7u, DisconnectProperties.From(writer.Written).SessionExpiryInterval);
        Assert.Equal(8u, SubscribeProperties.From(writer.Written).SubscriptionIdentifier);
        Assert.True(DisconnectProperties.From(writer.Written).ReasonString.SequenceEqual("r"u8));
        Assert.True(AuthProperties.From(writer.Written).AuthenticationMethod.SequenceEqual("m"u8));
    }

    [Fact]
    public void properties_written_one_by_one_are_those_that_were_read()
    {
        PropertyWriter source = new(new byte[64]);
        source.WriteUserProperty("name"u8, "value"u8);
        source.Write(PropertyIdentifier.TopicAlias, 9);
        source.Write(PropertyIdentifier.CorrelationData, [1, 2, 3]);
        PropertyWriter copy = new(new byte[64]);
        PropertyReader reader = new(source.Written);
        while (reader.TryRead(out _))
        {
            copy.WriteRaw(reader.Raw);
        }

        Assert.False(reader.IsMalformed);
        Assert.True(copy.Written.SequenceEqual(source.Written));
        int expected = PropertyWriter.Measure("name"u8, "value"u8)
            + PropertyWriter.Measure(PropertyIdentifier.TopicAlias, 9)
            + PropertyWriter.Measure([1, 2, 3]);
        Assert.Equal(expected, copy.Written.Length);
    }

    // [MQTT-2.2.2-1]
    [Fact]
    public void a_packet_without_properties_says_so_with_a_length_of_zero()
    {
        byte[] bytes = new byte[16];
        int written = new PublishPacket { Topic = "a"u8 }.Write(ProtocolVersion.Mqtt5, bytes);
        Assert.Equal("300400016100", Convert.ToHexString(bytes.AsSpan(0, written)));
    }
}
