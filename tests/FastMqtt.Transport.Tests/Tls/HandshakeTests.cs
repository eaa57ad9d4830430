// Handshakes with a foreign client: versions, ciphers, server names, application protocols, pre-shared keys, garbage.

using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Transport.Tests.Tls;

public sealed class HandshakeTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TlsOptions _options = new();

    public HandshakeTests() => _options.Certificates.Add(_certificates.Server("server", "localhost"));

    [Theory]
    [InlineData(SslProtocols.Tls12, TlsVersion.Tls12)]
    [InlineData(SslProtocols.Tls13, TlsVersion.Tls13)]
    public async Task Both_versions_carry_data(SslProtocols offered, TlsVersion agreed)
    {
        using TlsServer server = new(_options);
        Task<SslStream> connecting = server.ConnectAsync(new() { EnabledSslProtocols = offered });
        TlsStream stream = server.Accept();
        await using SslStream client = await connecting;
        Assert.Equal(agreed, stream.Agreement.Version);
        Assert.Null(stream.PeerCommonName);
        Assert.Null(stream.PskIdentity);
        await ExchangeAsync(server, client);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, TlsVersion.Tls13, TlsVersion.Tls13)]
    [InlineData(SslProtocols.Tls13, TlsVersion.Tls12, TlsVersion.Tls12)]
    public async Task A_version_that_is_not_allowed_is_refused(
        SslProtocols offered, TlsVersion oldest, TlsVersion newest)
    {
        _options.MinimumVersion = oldest;
        _options.MaximumVersion = newest;
        using TlsServer server = new(_options);
        Task<SslStream> connecting = server.ConnectAsync(new() { EnabledSslProtocols = offered });
        TlsStream stream = server.Accept(out TlsHandshakeStatus status);
        server.End();
        Assert.Equal(TlsHandshakeStatus.Failed, status);
        Assert.Contains("protocol", stream.Failure, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<Exception>(() => connecting);
    }

    [Theory]
    [InlineData(new[] { "http/1.1", "mqtt" }, "mqtt")]
    [InlineData(new[] { "x-amzn-mqtt-ca" }, null)]
    [InlineData(new string[0], null)]
    public async Task Mqtt_is_agreed_on_when_it_is_offered_and_nothing_otherwise(string[] offered, string? agreed)
    {
        using TlsServer server = new(_options);
        Task<SslStream> connecting = server.ConnectAsync(new()
        {
            ApplicationProtocols = [.. offered.Select(name => new SslApplicationProtocol(name))],
        });
        TlsStream stream = server.Accept();
        await using SslStream client = await connecting;
        Assert.Equal(agreed, stream.Agreement.ApplicationProtocol);
        Assert.Equal(agreed ?? string.Empty, client.NegotiatedApplicationProtocol.ToString());
        await ExchangeAsync(server, client);
    }

    [Theory]
    [InlineData("localhost", "CN=localhost")]
    [InlineData("broker.example.org", "CN=broker.example.org")]
    [InlineData("BROKER.example.org", "CN=broker.example.org")]
    [InlineData("second.example.org", "CN=broker.example.org")]
    [InlineData("any.plants.example.org", "CN=*.plants.example.org")]
    [InlineData("deep.any.plants.example.org", "CN=localhost")]
    [InlineData("plants.example.org", "CN=localhost")]
    [InlineData("unknown.example.org", "CN=localhost")]
    public async Task The_certificate_follows_the_server_name(string asked, string shown)
    {
        _options.Certificates.Add(_certificates.Server("broker", "broker.example.org", "second.example.org"));
        _options.Certificates.Add(_certificates.Server("plants", "*.plants.example.org"));
        using TlsServer server = new(_options);
        Task<SslStream> connecting = server.ConnectAsync(new() { TargetHost = asked });
        server.Accept();
        await using SslStream client = await connecting;
        Assert.Equal(shown, client.RemoteCertificate!.Subject);
        await ExchangeAsync(server, client);
    }

    [Theory]
    [InlineData(
        "ECDHE-ECDSA-AES128-GCM-SHA256", null, SslProtocols.Tls12,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)]
    [InlineData(
        "ECDHE-ECDSA-AES256-GCM-SHA384", null, SslProtocols.Tls12,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)]
    [InlineData(null, "TLS_AES_128_GCM_SHA256", SslProtocols.Tls13, TlsCipherSuite.TLS_AES_128_GCM_SHA256)]
    [InlineData(null, "TLS_CHACHA20_POLY1305_SHA256", SslProtocols.Tls13, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256)]
    public async Task Ciphers_are_those_of_the_options(
        string? ciphers, string? suites, SslProtocols version, TlsCipherSuite agreed)
    {
        _options.Ciphers = ciphers;
        _options.CipherSuites = suites;
        using TlsServer server = new(_options);
        Task<SslStream> connecting = server.ConnectAsync(new() { EnabledSslProtocols = version });
        TlsStream stream = server.Accept();
        await using SslStream client = await connecting;
        Assert.Equal(agreed, client.NegotiatedCipherSuite);
        Assert.Equal(ciphers ?? suites, stream.Agreement.CipherSuite);
        await ExchangeAsync(server, client);
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task A_client_with_a_pre_shared_key_is_known_by_its_identity(TlsVersion version)
    {
        using TlsServer server = new(KeysOnly());
        Task<string?> talking = TalkAsync(server, version, "device:7", Convert.FromHexString("00FF10"));
        TlsStream stream = server.Accept();
        Assert.Equal("device:7", stream.PskIdentity);
        Assert.Equal(version, stream.Agreement.Version);
        server.Echo();
        Assert.Equal("hello", await talking);
    }

    [Theory]
    [InlineData(TlsVersion.Tls12, "device:7", "00FF11")]
    [InlineData(TlsVersion.Tls13, "device:7", "00FF11")]
    [InlineData(TlsVersion.Tls12, "nobody", "00FF10")]
    [InlineData(TlsVersion.Tls13, "nobody", "00FF10")]
    public async Task A_wrong_key_or_identity_is_refused(TlsVersion version, string identity, string key)
    {
        using TlsServer server = new(KeysOnly());
        Task<string?> talking = TalkAsync(server, version, identity, Convert.FromHexString(key));
        server.Accept(out TlsHandshakeStatus status);
        server.End();
        Assert.Equal(TlsHandshakeStatus.Failed, status);
        Assert.Null(await talking);
    }

    [Fact]
    public void What_is_no_client_hello_fails()
    {
        using TlsServer server = new(_options);
        using Socket client = server.ConnectRaw();
        client.Send("\u0010\u000c\u0000\u0004MQTT\u0004\u0002\u0000\u000a\u0000\u0000"u8); // MQTT without TLS
        TlsStream stream = server.Accept(out TlsHandshakeStatus status);
        Assert.Equal(TlsHandshakeStatus.Failed, status);
        Assert.Equal("wrong version number", stream.Failure);
    }

    [Fact]
    public void A_client_that_goes_in_the_middle_fails()
    {
        using TlsServer server = new(_options);
        Socket client = server.ConnectRaw();
        client.Send([0x16, 0x03, 0x01, 0x02]);
        client.Dispose();
        TlsStream stream = server.Accept(out TlsHandshakeStatus status);
        Assert.Equal(TlsHandshakeStatus.Failed, status);
        Assert.NotNull(stream.Failure);
    }

    [Fact]
    public async Task A_session_is_resumed_and_not_past_a_reload()
    {
        using TlsServer server = new(_options);
        bool[] resumed = new bool[3];
        for (int i = 0; i < resumed.Length; i++)
        {
            if (i == 2)
            {
                server.Context.Reload();
            }

            Task<SslStream> connecting = server.ConnectAsync(new() { EnabledSslProtocols = SslProtocols.Tls12 });
            TlsStream stream = server.Accept();
            await using SslStream client = await connecting;
            await ExchangeAsync(server, client);
            resumed[i] = stream.Agreement.IsResumed;
        }

        Assert.Equal([false, true, false], resumed);
    }

    public void Dispose() => _certificates.Dispose();

    private static async Task ExchangeAsync(TlsServer server, SslStream client)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        await client.WriteAsync("hello"u8.ToArray(), cancellation);
        server.Echo();
        byte[] buffer = new byte[5];
        await client.ReadExactlyAsync(buffer, cancellation);
        Assert.Equal("hello"u8.ToArray(), buffer);
    }

    private TlsOptions KeysOnly() => new()
    {
        PskFile = _certificates.Write("keys", "# identity:key\n\ndevice:7:00ff10\n"),
        PskHint = "hint",
    };

    // Our own client, since SslStream knows no pre-shared keys: what comes back, or null when it is refused.
    private static Task<string?> TalkAsync(TlsServer server, TlsVersion version, string identity, byte[] key) =>
        Task.Factory.StartNew(
            () =>
            {
                TlsClient client = new(new TlsClientOptions
                {
                    PskIdentity = identity,
                    PskKey = key,
                    MaximumVersion = version,
                });
                using Socket socket = server.ConnectRaw();
                return Talk(client, socket);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    private static string? Talk(TlsClient client, Socket socket)
    {
        socket.Blocking = false;
        int handle = (int)socket.Handle;
        using Linux.EpollPoller poller = new();
        TlsStream stream = client.Connect(poller, handle);
        TlsHandshakeStatus handshake;
        do
        {
            stream.BeginStep();
            handshake = stream.Step();
        }
        while (handshake == TlsHandshakeStatus.WantRead && socket.Poll(-1, SelectMode.SelectRead));
        if (handshake != TlsHandshakeStatus.Done)
        {
            return null;
        }

        stream.BeginData();
        Assert.Equal(IoStatus.Done, stream.Send(handle, "hello"u8, out _));
        byte[] buffer = new byte[5];
        IoStatus status;
        int count;
        while ((status = stream.Receive(handle, buffer, out count)) == IoStatus.WouldBlock)
        {
            socket.Poll(-1, SelectMode.SelectRead);
        }

        return status == IoStatus.Done ? System.Text.Encoding.UTF8.GetString(buffer, 0, count) : null;
    }
}
