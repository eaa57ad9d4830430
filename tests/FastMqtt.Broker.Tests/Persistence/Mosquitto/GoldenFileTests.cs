// A file that Mosquitto wrote, read to the last detail.

using System.Text;
using FastMqtt.Broker.Persistence.Mosquitto;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence.Mosquitto;

public sealed class GoldenFileTests
{
    private static readonly MosquittoDatabase Database = MosquittoDatabaseReader.Read(GoldenFile.Bytes);

    [Fact]
    public void It_is_read_to_the_end()
    {
        Assert.Equal(6, Database.FormatVersion);
        Assert.Null(Database.Damage);
        Assert.True(Database.IsComplete);
        Assert.Equal(0, Database.UnknownChunks);
    }

    [Fact]
    public void It_has_the_sessions_that_outlive_their_connections() =>
        Assert.Equal(
            [
                "five user - ends 1797031046 interval 1000000 last 6 port 28917",
                "forever user - ends 0 interval 4294967295 last 0 port 28917",
                "plain user ann ends 0 interval 4294967295 last 1 port 28917",
                "half user hal ends 0 interval 4294967295 last 0 port 28917",
            ],
            Database.Clients.Select(client =>
                $"{Text(client.ClientId)} user {client.UserName ?? "-"} ends {client.SessionExpiryTime} "
                + $"interval {client.SessionExpiryInterval} last {client.LastPacketIdentifier} "
                + $"port {client.ListenerPort}"));

    // Not the shared one of client five: Mosquitto does not keep those.
    [Fact]
    public void It_has_their_subscriptions() =>
        Assert.Equal(
            [
                "five jobs/# options 0E identifier 300",
                "five room/# options 01 identifier 0",
                "plain room/+/temp options 01 identifier 0",
                "forever café options 01 identifier 0",
                "plain /lead/# options 02 identifier 0",
                "plain $SYS/none options 00 identifier 0",
            ],
            Database.Subscriptions.Select(subscription =>
                $"{Text(subscription.ClientId)} {Text(subscription.Filter)} options {subscription.Options:X2} "
                + $"identifier {subscription.Identifier}"));

    [Fact]
    public void It_has_the_retained_messages() =>
        Assert.Equal(
            ["kept/props", "kept/plain", "jobs/3"],
            Database.Retained.Select(storeId => Text(Database.Messages[storeId].Topic)));

    [Fact]
    public void It_has_the_messages() =>
        Assert.Equal(
            [
                "53 kept/props 6B657074 qos 1 retain True ends 1796531046 by writer (wim) mid 1",
                "54 kept/plain 00FF qos 0 retain True ends 0 by writer (wim) mid 0",
                "57 jobs/1 6F6E65 qos 1 retain False ends 1796531046 by writer (wim) mid 4",
                "58 jobs/2 74776F qos 2 retain False ends 0 by writer (wim) mid 5",
                "59 jobs/3 7468726565 qos 2 retain True ends 0 by writer (wim) mid 6",
                "60 jobs/4 666F7572 qos 1 retain False ends 0 by writer (wim) mid 7",
                "61 jobs/5  qos 2 retain False ends 1796631046 by writer (wim) mid 8",
                "62 room/1/temp 3230 qos 2 retain False ends 0 by writer (wim) mid 9",
                "63 room/2/temp 3231 qos 0 retain False ends 0 by writer (wim) mid 0",
                "64 half/way 696E20666C69676874 qos 2 retain False ends 0 by half (hal) mid 77",
            ],
            Database.Messages.Values.OrderBy(message => message.StoreId).Select(message =>
                $"{message.StoreId} {Text(message.Topic)} {Convert.ToHexString(message.Payload)} qos {message.QoS} "
                + $"retain {message.Retain} ends {message.ExpiryTime} "
                + $"by {Text(message.SourceClientId!)} ({message.SourceUserName}) "
                + $"mid {message.SourcePacketIdentifier}"));

    [Fact]
    public void Messages_have_their_properties_as_they_are_to_be_forwarded()
    {
        byte[] expected =
        [
            0x01, 1, 0x03, 0, 10, .. "text/plain"u8, 0x08, 0, 10, .. "reply/here"u8, 0x09, 0, 3, 0, 1, 0xFF,
            0x26, 0, 1, .. "k"u8, 0, 2, .. "v1"u8, 0x26, 0, 1, .. "k"u8, 0, 2, .. "v2"u8,
        ];
        Assert.Equal(expected, Database.Messages[53].Properties);
        Assert.Equal(expected, Database.Messages[57].Properties);
        Assert.Equal([0x26, 0, 1, .. "n"u8, 0, 1, .. "3"u8], Database.Messages[59].Properties);
        Assert.Empty(Database.Messages[54].Properties);
        Assert.Equal(28917, Database.Messages[53].SourcePort);
    }

    [Fact]
    public void It_has_the_queues_in_the_order_of_delivery() =>
        Assert.Equal(
            [
                "five 57 Out Published mid 1 qos 1 retain False dup True [300]",
                "five 58 Out Published mid 2 qos 2 retain False dup True [300]",
                "five 59 Out Released mid 3 qos 2 retain True dup True [300]",
                "five 60 Out Queued mid 4 qos 1 retain False dup False [300]",
                "five 61 Out Queued mid 5 qos 2 retain False dup False [300]",
                "five 62 Out Queued mid 6 qos 1 retain False dup False []",
                "plain 62 Out Queued mid 1 qos 1 retain False dup False []",
                "plain 63 Out Queued mid 0 qos 0 retain False dup False []",
                "half 64 In Received mid 77 qos 2 retain False dup False []",
            ],
            Database.ClientMessages.Select(message =>
                $"{Text(message.ClientId)} {message.StoreId} {message.Direction} {message.State} "
                + $"mid {message.PacketIdentifier} qos {message.QoS} retain {message.Retain} dup {message.Dup} "
                + $"[{string.Join(' ', message.SubscriptionIdentifiers)}]"));

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
