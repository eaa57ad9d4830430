// Files of other versions and machines, and what cannot be had from a Mosquitto at will.

using System.Text;
using FastMqtt.Broker.Persistence.Mosquitto;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence.Mosquitto;

public sealed class WrittenFileTests
{
    [Theory]
    [InlineData(5, false, false)]
    [InlineData(5, true, false)]
    [InlineData(5, false, true)]
    [InlineData(6, false, false)]
    [InlineData(6, true, false)]
    [InlineData(6, false, true)]
    public void Every_version_and_machine_says_the_same(uint version, bool isBigEndian, bool isPacked)
    {
        MosquittoDatabase database = MosquittoDatabaseReader.Read(Everything(version, isBigEndian, isPacked).Bytes);

        Assert.Null(database.Damage);
        Assert.Equal((int)version, database.FormatVersion);
        MosquittoClient client = Assert.Single(database.Clients);
        Assert.Equal("client", Text(client.ClientId));
        Assert.Equal(version == 6 ? "user" : null, client.UserName);
        Assert.Equal(version == 6 ? 1884 : 0, client.ListenerPort);
        Assert.Equal(2_000_000_000, client.SessionExpiryTime);
        Assert.Equal(3600u, client.SessionExpiryInterval);
        Assert.Equal(9, client.LastPacketIdentifier);
        MosquittoMessage message = database.Messages[0x0102];
        Assert.Equal("a/b", Text(message.Topic));
        Assert.Equal("payload", Text(message.Payload));
        Assert.Equal("source", Text(message.SourceClientId!));
        Assert.Equal(1_900_000_000, message.ExpiryTime);
        Assert.Equal("name", message.SourceUserName);
        Assert.Equal(1883, message.SourcePort);
        Assert.Equal([0x01, 1], message.Properties);
        MosquittoClientMessage entry = Assert.Single(database.ClientMessages);
        Assert.Equal(0x0102ul, entry.StoreId);
        Assert.True(entry.Retain);
        Assert.Equal([200u, 1u], entry.SubscriptionIdentifiers);
        Assert.Equal([0x0102ul], database.Retained);
        MosquittoSubscription subscription = Assert.Single(database.Subscriptions);
        Assert.Equal("$share/group/a/+", Text(subscription.Filter));
        Assert.Equal(0x1D, subscription.Options);
        Assert.Equal(77u, subscription.Identifier);
    }

    // 1: about to publish with QoS 0. 2 and 4: with QoS 1 and 2, for the first time or again. 3 and 5: waiting for
    // PUBACK and PUBREC. 6: about to send PUBREL again. 9: waiting for PUBCOMP. 11: queued. In: 7: waiting for PUBREL.
    // 10: about to send PUBREC.
    [Theory]
    [InlineData(MosquittoDirection.Out, 1, 0, 0, MosquittoMessageState.Queued)]
    [InlineData(MosquittoDirection.Out, 2, 1, 0, MosquittoMessageState.Queued)]
    [InlineData(MosquittoDirection.Out, 2, 1, 1, MosquittoMessageState.Published)]
    [InlineData(MosquittoDirection.Out, 3, 1, 1, MosquittoMessageState.Published)]
    [InlineData(MosquittoDirection.Out, 4, 2, 0, MosquittoMessageState.Queued)]
    [InlineData(MosquittoDirection.Out, 4, 2, 1, MosquittoMessageState.Published)]
    [InlineData(MosquittoDirection.Out, 5, 2, 1, MosquittoMessageState.Published)]
    [InlineData(MosquittoDirection.Out, 6, 2, 1, MosquittoMessageState.Released)]
    [InlineData(MosquittoDirection.Out, 9, 2, 1, MosquittoMessageState.Released)]
    [InlineData(MosquittoDirection.Out, 11, 2, 0, MosquittoMessageState.Queued)]
    [InlineData(MosquittoDirection.In, 4, 2, 0, MosquittoMessageState.Queued)]
    [InlineData(MosquittoDirection.In, 7, 2, 0, MosquittoMessageState.Received)]
    [InlineData(MosquittoDirection.In, 10, 2, 0, MosquittoMessageState.Received)]
    [InlineData(MosquittoDirection.In, 11, 2, 0, MosquittoMessageState.Queued)]
    internal void States_are_translated(
        MosquittoDirection direction, byte state, byte qos, byte dup, MosquittoMessageState expected)
    {
        byte[] file = new FileWriter()
            .ClientMessage("client", 1, state, (byte)direction, qos, packetIdentifier: 5, retainAndDup: dup).Bytes;

        MosquittoDatabase database = MosquittoDatabaseReader.Read(file);

        Assert.Null(database.Damage);
        Assert.Equal((direction, expected), (database.ClientMessages[0].Direction, database.ClientMessages[0].State));
    }

    [Theory]
    [InlineData(1, 0, 1, 1)]
    [InlineData(1, 7, 2, 1)]
    [InlineData(1, 8, 2, 1)]
    [InlineData(1, 10, 2, 1)]
    [InlineData(1, 12, 2, 1)]
    [InlineData(0, 3, 1, 1)]
    [InlineData(0, 8, 2, 1)]
    [InlineData(0, 9, 2, 1)]
    [InlineData(2, 11, 1, 1)]
    [InlineData(1, 3, 0, 1)]
    [InlineData(1, 3, 1, 0)]
    [InlineData(1, 9, 1, 1)]
    [InlineData(0, 7, 1, 1)]
    [InlineData(1, 11, 3, 1)]
    public void A_state_no_message_can_be_in_is_damage(byte direction, byte state, byte qos, ushort packetIdentifier) =>
        AssertDamaged(new FileWriter().ClientMessage("client", 1, state, direction, qos, packetIdentifier));

    [Fact]
    public void Unknown_chunks_are_skipped()
    {
        byte[] file = new FileWriter()
            .Chunk(99, new byte[200_000]).Chunk(7, []).Retained(3).Chunk(0, [1, 2, 3]).Retained(4).Bytes;

        MosquittoDatabase database = MosquittoDatabaseReader.Read(file);

        Assert.Null(database.Damage);
        Assert.Equal(3, database.UnknownChunks);
        Assert.Equal([3ul, 4ul], database.Retained);
    }

    [Fact]
    public void A_message_larger_than_the_buffer_is_whole()
    {
        string payload = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i} "));

        MosquittoDatabase database = MosquittoDatabaseReader.Read(
            new FileWriter().Message(1, "large", payload).Message(2, "small", "s").Bytes);

        Assert.Null(database.Damage);
        Assert.Equal(payload, Text(database.Messages[1].Payload));
        Assert.Equal("s", Text(database.Messages[2].Payload));
    }

    [Fact]
    public void A_stream_that_gives_little_at_a_time_is_read_whole()
    {
        using var stream = new TricklingStream(GoldenFile.Bytes);

        MosquittoDatabase database = MosquittoDatabaseReader.Read(stream);

        Assert.Null(database.Damage);
        Assert.Equal(10, database.Messages.Count);
        Assert.Equal(9, database.ClientMessages.Count);
    }

    // Mosquitto before 2.0.16 writes 0x0300 bytes of memory for a client without user name behind one called ann.
    [Fact]
    public void Memory_in_place_of_a_user_name_is_none()
    {
        string memory = "ann\0" + new string('\u00ff', 0x0300 - 4);

        MosquittoDatabase database = MosquittoDatabaseReader.Read(
            new FileWriter().Client("one", userName: "ann").Client("two", userName: memory).Client("three").Bytes);

        Assert.Null(database.Damage);
        Assert.Equal(["ann", null, null], database.Clients.Select(client => client.UserName));
    }

    [Fact]
    public void Entries_without_a_client_are_passed_over()
    {
        byte[] file = new FileWriter()
            .Client("").Subscription("", "a", 1).ClientMessage("", 1, state: 11).Client("last").Bytes;

        MosquittoDatabase database = MosquittoDatabaseReader.Read(file);

        Assert.Null(database.Damage);
        Assert.Empty(database.Subscriptions);
        Assert.Empty(database.ClientMessages);
        Assert.Equal("last", Text(Assert.Single(database.Clients).ClientId));
    }

    [Fact]
    public void What_belongs_to_one_connection_or_subscriber_is_not_forwarded()
    {
        byte[] properties = [12, 0x23, 0, 1, 0x01, 1, 0x02, 0, 0, 0, 60, 0x0B, 5];
        properties[0] = (byte)(properties.Length - 1);

        MosquittoDatabase database = MosquittoDatabaseReader.Read(
            new FileWriter().Message(1, "a", properties: properties).Bytes);

        Assert.Null(database.Damage);
        Assert.Equal([0x01, 1], database.Messages[1].Properties);
    }

    [Fact]
    public void A_time_before_1970_is_none()
    {
        MosquittoDatabase database = MosquittoDatabaseReader.Read(
            new FileWriter().Client("client", expiry: -1).Message(1, "a", expiry: -5).Bytes);

        Assert.Null(database.Damage);
        Assert.Equal(0, database.Clients[0].SessionExpiryTime);
        Assert.Equal(0, database.Messages[1].ExpiryTime);
    }

    [Fact]
    public void Illegal_content_is_damage()
    {
        AssertDamaged(new FileWriter().Message(1, "a/#"));
        AssertDamaged(new FileWriter().Message(1, ""));
        AssertDamaged(new FileWriter().Message(1, "\u00ff"));
        AssertDamaged(new FileWriter().Message(1, "a", qos: 3));
        AssertDamaged(new FileWriter().Message(1, "a", retain: 2));
        AssertDamaged(new FileWriter().Message(1, "a", expiry: 300_000_000_000));
        AssertDamaged(new FileWriter().Message(1, "a", source: "\u00ff"));
        AssertDamaged(new FileWriter().Message(1, "a", properties: [2, 0x01]));
        AssertDamaged(new FileWriter().Message(1, "a", properties: [2, 0x01, 2]));
        AssertDamaged(new FileWriter().Message(1, "a").Message(1, "b"));
        AssertDamaged(new FileWriter().Client("client", expiry: long.MaxValue));
        AssertDamaged(new FileWriter().Client("\0"));
        AssertDamaged(new FileWriter().Subscription("client", "a/#/b", 1));
        AssertDamaged(new FileWriter().Subscription("client", "$share//a", 1));
        AssertDamaged(new FileWriter().Subscription("client", "a", 3));
        AssertDamaged(new FileWriter().Subscription("client", "a", 1, options: 0x30));
        AssertDamaged(new FileWriter().Subscription("client", "a", 1, options: 0x40));
        AssertDamaged(new FileWriter().Subscription("client", "a", 1, identifier: 268_435_456));
        AssertDamaged(new FileWriter().ClientMessage("client", 1, state: 11, retainAndDup: 0x20));
        AssertDamaged(new FileWriter().Chunk(4, new byte[9]));
        AssertDamaged(new FileWriter().Chunk(1, new byte[15]));
    }

    internal static FileWriter Everything(uint version, bool isBigEndian = false, bool isPacked = false) =>
        new FileWriter(version, isBigEndian, isPacked, lastStoreId: 0x0300)
            .Message(0x0102, "a/b", "payload", 2, 1, 1_900_000_000, "source", "name", [2, 0x01, 1])
            .Client("client", 2_000_000_000, 3600, "user")
            .ClientMessage("client", 0x0102, 3, retainAndDup: 0x11, properties: [5, 0x0B, 0xC8, 0x01, 0x0B, 1])
            .Subscription("client", "$share/group/a/+", 1, 0x1C, 77)
            .Retained(0x0102);

    private static void AssertDamaged(FileWriter writer)
    {
        MosquittoDatabase database = MosquittoDatabaseReader.Read(writer.Retained(1).Bytes);

        Assert.False(database.IsComplete);
        Assert.Contains("is damaged", database.Damage, StringComparison.Ordinal);
        Assert.Empty(database.Retained);
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
