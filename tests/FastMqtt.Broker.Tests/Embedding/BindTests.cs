// Options from a configuration, by the source generator.

using System.Net;
using System.Text;
using FastMqtt.Protocol;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace FastMqtt.Broker.Tests.Embedding;

public sealed class BindTests
{
    [Fact]
    public void Everything_that_is_no_code_can_be_configured()
    {
        BrokerOptions options = Bind("""
            {
              "Dispatchers": 2, "MaximumPacketSize": 1000, "MaximumQueuedBytes": 5000000000,
              "LoginDelay": "00:00:00.5", "PersistentClientExpiration": "7.00:00:00", "NoDelay": false,
              "Persistence": { "Path": "/data/x.db", "Durability": "Interval", "Interval": "00:00:03" },
              "Listeners": [
                {
                  "Address": "0.0.0.0:1883", "AllowAnonymous": true, "MaximumConnections": 7,
                  "AcceptVersions": "Mqtt311, Mqtt5", "MaximumQoS": "AtLeastOnce", "TopicAliasMaximum": 9,
                  "ProxyProtocol": true, "TrustedProxies": [ "10.0.0.0/8", "::1" ]
                },
                {
                  "Address": "host.example:8883",
                  "Tls": {
                    "CaFile": "ca.pem", "RequireCertificate": true, "MinimumVersion": "Tls13",
                    "Certificates": [ { "CertificateFile": "c.pem", "KeyFile": "k.pem" } ]
                  }
                },
                { "UnixSocketPath": "/run/mqtt.sock" }
              ]
            }
            """);
        Assert.Equal(2, options.Dispatchers);
        Assert.Equal(1000, options.MaximumPacketSize);
        Assert.Equal(5_000_000_000, options.MaximumQueuedBytes);
        Assert.Equal(TimeSpan.FromMilliseconds(500), options.LoginDelay);
        Assert.Equal(TimeSpan.FromDays(7), options.PersistentClientExpiration);
        Assert.False(options.NoDelay);
        Assert.Equal(Limits.MaximumInflight, options.MaximumInflight);
        var persistence = new PersistenceOptions
        {
            Path = "/data/x.db",
            Durability = Durability.Interval,
            Interval = TimeSpan.FromSeconds(3),
        };
        Assert.Equal(persistence, options.Persistence);
        Assert.Equal(3, options.Listeners.Count);
        ListenerOptions first = options.Listeners[0];
        Assert.Equal(new IPEndPoint(IPAddress.Any, 1883), first.EndPoint);
        Assert.True(first.AllowAnonymous);
        Assert.Equal(7, first.MaximumConnections);
        Assert.Equal(ProtocolVersions.Mqtt311 | ProtocolVersions.Mqtt5, first.AcceptVersions);
        Assert.Equal(QualityOfService.AtLeastOnce, first.MaximumQoS);
        Assert.Equal((ushort)9, first.TopicAliasMaximum);
        Assert.Equal("auto-", first.AutoIdPrefix);
        Assert.Equal(["10.0.0.0/8", "::1"], first.TrustedProxies);
        ListenerOptions second = options.Listeners[1];
        Assert.Equal("host.example", second.HostName);
        Assert.Equal(8883, second.EndPoint!.Port);
        Assert.True(second.Tls!.RequireCertificate);
        Assert.Equal("c.pem", Assert.Single(second.Tls.Certificates).CertificateFile);
        Assert.Equal("/run/mqtt.sock", options.Listeners[2].UnixSocketPath);
    }

    [Theory]
    [InlineData("""{ "MaximumPacketsize2": 1 }""", "MaximumPacketsize2")]
    [InlineData("""{ "Listeners": [ { "Adress": "0.0.0.0:1883" } ] }""", "Adress")]
    [InlineData("""{ "MaximumPacketSize": "many" }""", "MaximumPacketSize")]
    public void What_is_unknown_or_cannot_be_read_is_named(string json, string name)
    {
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => Bind(json));
        Assert.Contains(name, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:1883", "0.0.0.0:1883")]
    [InlineData("[::]:8883", "[::]:8883")]
    [InlineData("[fe80::1]:1", "[fe80::1]:1")]
    [InlineData("localhost:0", "localhost:0")]
    [InlineData(null, null)]
    public void An_address_is_written_as_it_is_read(string? text, string? written) =>
        Assert.Equal(written, new ListenerOptions { Address = text }.Address);

    [Theory]
    [InlineData("1883")]
    [InlineData(":1883")]
    [InlineData("0.0.0.0")]
    [InlineData("0.0.0.0:70000")]
    [InlineData("::1:1883")]
    [InlineData("[::1]")]
    [InlineData("[host]:1883")]
    [InlineData("0.0.0.0:-1")]
    public void An_address_has_a_port_and_IPv6_has_brackets(string text) =>
        Assert.Throws<FormatException>(() => new ListenerOptions { Address = text });

    private static BrokerOptions Bind(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        var options = new BrokerOptions();
        options.Bind(new ConfigurationBuilder().AddJsonStream(stream).Build());
        return options;
    }
}
