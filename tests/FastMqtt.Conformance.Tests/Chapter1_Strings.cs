// Section 1.5, data representation: strings, U+0000, the byte order mark, variable byte integers, user property pairs.

using System.Text;

namespace FastMqtt.Conformance.Tests;

public sealed class Chapter1_Strings
{
    // [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT3-1.5.3-1] [MQTT3-1.5.3-2] [MQTT-3.3.2-1] [MQTT-4.7.3-2]
    [Theory]
    [InlineData(3, "FF")]
    [InlineData(4, "61FF")]
    [InlineData(4, "C0AF")] // overlong "/"
    [InlineData(4, "EDA080")] // surrogate U+D800
    [InlineData(4, "EDBFBF")] // surrogate U+DFFF
    [InlineData(4, "F4908080")] // above U+10FFFF
    [InlineData(4, "E282")] // ends inside a character
    [InlineData(4, "610062")] // U+0000
    [InlineData(5, "61FF")]
    [InlineData(5, "C080")] // overlong U+0000
    [InlineData(5, "EDA080")]
    [InlineData(5, "F08080AF")]
    [InlineData(5, "F8888080")]
    [InlineData(5, "00")]
    public async Task topic_name_must_be_utf8_without_null(int version, string topic)
    {
        await using RawClient client = await Connect(version);
        byte[] properties = version == 5 ? [0] : [];
        await client.Send(Wire.Frame(0x30, Wire.Binary(Wire.Hex(topic)), properties));
        await client.ExpectRefusal(0x81, 0x82, 0x90);
    }

    // [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-3.8.3-1] [MQTT-3.10.3-1] [MQTT3-3.8.3-1] [MQTT3-3.10.3-1]
    [Theory]
    [InlineData(3, 0x82, "FF")]
    [InlineData(4, 0x82, "61FF")]
    [InlineData(4, 0x82, "6100")]
    [InlineData(4, 0xA2, "EDA080")]
    [InlineData(4, 0xA2, "00")]
    [InlineData(5, 0x82, "61FF")]
    [InlineData(5, 0x82, "6100")]
    [InlineData(5, 0xA2, "EDA080")]
    [InlineData(5, 0xA2, "00")]
    public async Task topic_filter_must_be_utf8_without_null(int version, int first, string filter)
    {
        await using RawClient client = await Connect(version);
        byte[] properties = version == 5 ? [0] : [];
        byte[] options = first == 0x82 ? [0] : [];
        await client.Send(Wire.Frame(first, Wire.Short(1), properties, Wire.Binary(Wire.Hex(filter)), options));
        await client.ExpectRefusal(0x81, 0x82, 0x8F);
    }

    // [MQTT-1.5.4-3] [MQTT3-1.5.3-3] [MQTT-4.7.3-4]
    [Theory, InlineData(4), InlineData(5)]
    public async Task byte_order_mark_is_kept_in_topics(int version)
    {
        string plain = Unique.Name("bom");
        string marked = "\uFEFF" + plain;
        await using RawClient client = await Connect(version);
        await client.Subscribe(plain);
        await client.Subscribe(marked);
        await using RawClient publisher = await Connect(version);
        await publisher.Publish(marked, "m");
        await client.Take(marked, "m");
        await client.ExpectNothingFrom(publisher);
    }

    // [MQTT-1.5.4-1] Well-formed characters of every length pass unchanged.
    [Theory, InlineData(3), InlineData(4), InlineData(5)]
    public async Task characters_of_1_to_4_bytes_pass_unchanged(int version)
    {
        string topic = Unique.Name("a/é/€/😀/\uFFFD/ ");
        await using RawClient client = await Connect(version);
        await client.Subscribe(topic);
        await client.Send(Packets.Publish(version, topic, "é€😀"));
        Delivery delivery = await client.ReadPublish();
        Assert.Equal(Encoding.UTF8.GetBytes(topic), delivery.TopicBytes);
        Assert.Equal("é€😀", delivery.Payload);
    }

    // [MQTT-1.5.7-1] [MQTT-3.3.2-19] [MQTT-3.3.2-13]
    [Theory]
    [InlineData("26 0001 FF 0001 61")] // user property, name
    [InlineData("26 0001 61 0001 FF")] // user property, value
    [InlineData("26 0001 00 0001 61")]
    [InlineData("03 0002 C328")] // Content Type
    [InlineData("08 0003 EDA080")] // Response Topic
    public async Task property_strings_must_be_utf8(string properties)
    {
        await using RawClient client = await Connect(5);
        await client.Send(Packets.Publish(5, Unique.Name(), properties: Wire.Hex(properties)));
        await client.ExpectRefusal(0x81, 0x82, 0x90);
    }

    // [MQTT-1.5.5-1] Property length 0 written in two bytes, and Subscription Identifier 1 likewise.
    [Theory]
    [InlineData("8207 0001 8000 0001 61 00", 0x82)]
    [InlineData("8209 0001 03 0B8100 0001 61 00", 0x82)]
    public async Task variable_byte_integer_must_be_minimal(string packet, int first)
    {
        await using RawClient client = await Connect(5);
        byte[] bytes = Wire.Hex(packet);
        await client.Send(Wire.Frame(first, bytes[2..]));
        await client.ExpectRefusal(0x81);
    }

    // [MQTT-1.5.5-1] 1.5.5: five bytes are never legal.
    [Fact]
    public async Task property_length_of_five_bytes_is_refused()
    {
        await using RawClient client = await Connect(5);
        await client.Send(Wire.Frame(0x30, Wire.Text("t"), [0x80, 0x80, 0x80, 0x80, 0x01], new byte[16]));
        await client.ExpectRefusal(0x81);
    }
}
