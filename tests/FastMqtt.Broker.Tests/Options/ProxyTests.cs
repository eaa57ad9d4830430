// A listener behind a proxy: the header comes first, split anywhere, is taken to the byte, and says who the client is.

using System.Net;
using System.Text;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using FastMqtt.Transport;
using Xunit;

namespace FastMqtt.Broker.Tests.Options;

public sealed class ProxyTests
{
    private static readonly byte[] Version1 = [.. "PROXY TCP4 192.0.2.7 198.51.100.1 4711 1883\r\n"u8];

    // LOCAL: the proxy looks whether the broker lives.
    private static readonly byte[] Local =
        [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x20, 0x00, 0, 3, 4, 0, 0];

    [Fact]
    public void The_clients_address_is_the_one_the_proxy_names()
    {
        using TestBroker broker = Broker();
        TestClient client = Connect(broker, Version1);
        Assert.Equal("192.0.2.7:4711", Peer(broker, client));
    }

    [Fact]
    public void A_connection_of_the_proxy_itself_keeps_its_address()
    {
        using TestBroker broker = Broker();
        TestClient client = Connect(broker, Local);
        Assert.Equal(client.Socket.Peer.ToString(), Peer(broker, client));
    }

    [Fact]
    public void The_header_may_come_in_any_pieces_and_nothing_behind_it_is_taken()
    {
        foreach (byte[] header in new[] { Version1, Local })
        {
            for (int cut = 1; cut < header.Length; cut++)
            {
                using TestBroker broker = Broker();
                TestClient client = broker.Open();
                client.Send(header.AsSpan(0, cut));
                broker.Tick();
                Assert.Equal(cut, client.Socket.UnreceivedBytes); // only looked at
                client.Send([.. header[cut..], .. Packets.Connect(ProtocolVersion.Mqtt5, "c"), .. Packets.Pingreq]);
                broker.Tick();
                client.Next(PacketType.Connack);
                client.Next(PacketType.Pingresp);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7\r\n")]
    [InlineData("PROXZ")]
    public void A_connection_without_a_header_is_closed(string text)
    {
        using TestBroker broker = Broker();
        TestClient client = broker.Open();
        client.Send(text.Length == 0
            ? Packets.Connect(ProtocolVersion.Mqtt5, "direct")
            : Encoding.ASCII.GetBytes(text));
        broker.Tick();
        Assert.True(client.IsClosed);
        client.ExpectNothing();
        Assert.Equal(1, broker.Metrics.ProxyHeadersRefused);
        Assert.Equal(0, broker.Listeners[0].Connections);
    }

    [Fact]
    public void Half_a_header_is_closed_with_its_connection_or_after_a_time()
    {
        using TestBroker broker = Broker();
        TestClient silent = broker.Open();
        TestClient slow = broker.Open();
        TestClient gone = broker.Open();
        slow.Send(Version1.AsSpan(0, 20));
        gone.Send(Version1.AsSpan(0, 20));
        gone.Socket.Shutdown();
        broker.Tick();
        Assert.True(gone.IsClosed);
        Assert.False(slow.IsClosed);
        broker.AdvanceSeconds((Limits.ConnectTimeout / 1_000) + 1);
        Assert.True(slow.IsClosed);
        Assert.True(silent.IsClosed);
    }

    [Fact]
    public void A_header_from_who_is_not_trusted_is_not_even_read()
    {
        using TestBroker broker = Broker(trusted: "10.0.0.0/8");
        TestClient client = broker.Open();
        client.Send(Version1);
        broker.Tick();
        Assert.True(client.IsClosed);
        Assert.Equal(0, client.Socket.ReceiveCalls);
        Assert.Equal(1, broker.Metrics.ConnectionsTurnedAway);

        TestClient trusted = broker.Open();
        trusted.Socket.Peer = PeerAddress.FromEndPoint(new IPEndPoint(IPAddress.Parse("10.1.2.3"), 1));
        trusted.Send([.. Version1, .. Packets.Connect(ProtocolVersion.Mqtt5, "c")]);
        broker.Tick();
        trusted.Next(PacketType.Connack);
    }

    [Fact]
    public void Limits_of_addresses_are_about_the_clients_and_not_the_proxy()
    {
        using TestBroker broker = Broker(perAddress: 1);
        TestClient first = Connect(broker, Version1);
        TestClient other = Connect(
            broker, Encoding.ASCII.GetBytes("PROXY TCP4 192.0.2.8 198.51.100.1 4711 1883\r\n"));
        TestClient second = broker.Open();
        second.Send([.. Version1, .. Packets.Connect(ProtocolVersion.Mqtt5, "second")]);
        broker.Tick();
        second.ExpectNothing();
        Assert.True(second.IsClosed);
        Assert.False(other.IsClosed);
        first.Disconnect();
        Connect(broker, Version1);
        Assert.Equal(2, broker.Listeners[0].Connections);
    }

    [Fact]
    public void The_address_goes_with_a_connection_to_its_dispatcher()
    {
        using var broker = new TestBroker(2, null, new() { AllowAnonymous = true, ProxyProtocol = true });
        TestClient client = broker.Open(at: 0);
        client.Identifier = broker.IdentifierOn(1);
        client.Send([.. Version1, .. Packets.Connect(ProtocolVersion.Mqtt5, client.Identifier)]);
        broker.Tick();
        client.Next(PacketType.Connack);
        Assert.Equal("192.0.2.7:4711", Peer(broker, client));
    }

    [Theory]
    [InlineData(0x07, 0, true)]
    [InlineData(0x07, 1, false)]
    [InlineData(0x01, 0, false)]
    [InlineData(0x00, 0, false)]
    public void What_the_proxy_must_have_seen_is_asked_for(byte did, byte verify, bool comesIn)
    {
        var listener = new ListenerOptions
        {
            ProxyProtocol = true,
            ProxyRequiresTls = true,
            ProxyRequiresCertificate = true,
            CertificateUserName = FastMqtt.Broker.Access.CertificateUserName.Identity,
        };
        using var broker = new TestBroker(2, null, listener);
        TestClient client = broker.Open(at: 0);
        client.Identifier = broker.IdentifierOn(1);
        client.Send([.. OverTls(did, verify), .. Packets.Connect(ProtocolVersion.Mqtt5, client.Identifier)]);
        broker.Tick();
        if (comesIn)
        {
            Assert.Equal(ReasonCode.Success, client.Next(PacketType.Connack).Reason);
            Assert.Equal("ann", broker.FindSession(client.Identifier)!.UserName);
            return;
        }

        client.ExpectNothing();
        Assert.True(client.IsClosed);
        Assert.Equal(1, broker.Metrics.ProxyHeadersRefused);
    }

    // Version 2, IPv4, and what the proxy says of TLS and of a certificate for ann.
    private static byte[] OverTls(byte did, byte verify) =>
    [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, 0x11, 0, 26,
        192, 0, 2, 7, 198, 51, 100, 1, 0x12, 0x67, 0x07, 0x5B,
        0x20, 0, 11, did, 0, 0, 0, verify, 0x22, 0, 3, (byte)'a', (byte)'n', (byte)'n',
    ];

    [Fact]
    public void A_broker_that_stops_closes_who_is_still_at_the_header()
    {
        using TestBroker broker = Broker();
        TestClient client = broker.Open();
        broker.Tick();
        broker.BeginStop(1_000);
        broker.Tick();
        Assert.True(client.IsClosed);
    }

    private static TestBroker Broker(int perAddress = 0, params string[] trusted)
    {
        var options = new ListenerOptions
        {
            AllowAnonymous = true,
            ProxyProtocol = true,
            MaximumConnectionsPerAddress = perAddress,
            TrustedProxies = trusted,
        };
        return new TestBroker(listenerOptions: options);
    }

    private static TestClient Connect(TestBroker broker, byte[] header)
    {
        TestClient client = broker.Open();
        client.Identifier = broker.IdentifierOn(0);
        client.Send([.. header, .. Packets.Connect(ProtocolVersion.Mqtt5, client.Identifier)]);
        broker.Tick();
        Assert.Equal(ReasonCode.Success, client.Next(PacketType.Connack).Reason);
        return client;
    }

    private static string Peer(TestBroker broker, TestClient client) =>
        broker.FindSession(client.Identifier)!.Client!.Connection.Peer.ToString();
}
