// A whole broker with a TLS listener: sessions across dispatchers, who refuses whom, what strangers cannot hold up.

using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using FastMqtt.Transport.Tests.Tls;
using FastMqtt.Transport.Tls;
using Xunit;

namespace FastMqtt.Broker.Tests.Tls;

public sealed class TlsListenerTests : IDisposable
{
    // The first bytes of a ClientHello of 512, and no more.
    private static readonly byte[] HalfAHello = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC];

    private readonly TestCertificates _certificates = new();
    private readonly TlsOptions _options = new();

    public TlsListenerTests() => _options.Certificates.Add(_certificates.Server("server", "localhost"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Clients_of_every_dispatcher_hear_each_other(int dispatchers)
    {
        await using TlsBroker broker = new(_options, options => options.Dispatchers = dispatchers);
        List<SecureClient> clients = [];
        for (int i = 0; i < 8; i++)
        {
            SecureClient client = await SecureClient.OpenAsync(broker.Secure, _certificates);
            await client.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"client {i}"));
            await client.SubscribeAsync("news");
            clients.Add(client);
        }

        foreach (SecureClient client in clients)
        {
            byte[] packet = Packets.Publish(ProtocolVersion.Mqtt311, "news", new byte[70_000]);
            await client.SendAsync(packet);
            foreach (SecureClient receiver in clients)
            {
                await receiver.ExpectAsync(packet);
            }
        }

        foreach (SecureClient client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_client_refuses_a_server_of_another_name_or_authority()
    {
        using TestCertificates strangers = new("Strange authority");
        await using TlsBroker broker = new(_options);
        await Assert.ThrowsAsync<AuthenticationException>(
            () => SecureClient.OpenAsync(broker.Secure, _certificates, "broker.example.org"));
        await Assert.ThrowsAsync<AuthenticationException>(() => SecureClient.OpenAsync(broker.Secure, strangers));
        await using SecureClient client = await SecureClient.OpenAsync(broker.Secure, _certificates);
        await client.ConnectAsync("client");
    }

    [Fact]
    public async Task A_client_without_a_good_certificate_is_turned_away_and_the_log_says_why()
    {
        TlsCertificate revoked = _certificates.Client("revoked");
        _options.CaFile = _certificates.CaFile;
        _options.CrlFile = _certificates.Revoke("list.crl", revoked);
        _options.RequireCertificate = true;
        await using TlsBroker broker = new(_options);
        using X509Certificate2 good = TestCertificates.Load(_certificates.Client("good"));
        await using SecureClient client =
            await SecureClient.OpenAsync(broker.Secure, _certificates, certificate: good);
        await client.ConnectAsync("client");

        using X509Certificate2 bad = TestCertificates.Load(revoked);
        await AssertTurnedAwayAsync(broker, bad);
        Assert.Contains("listener secure", await broker.LoggedAsync("certificate revoked"), StringComparison.Ordinal);
        await AssertTurnedAwayAsync(broker, null);
        await broker.LoggedAsync("peer did not return a certificate");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("half a hello")]
    [InlineData("a whole handshake")]
    public async Task The_connect_time_out_covers_the_handshake(string what)
    {
        await using TlsBroker broker = new(
            _options, options => options.ConnectTimeout = TimeSpan.FromMilliseconds(300));
        if (what == "a whole handshake")
        {
            await using SecureClient client = await SecureClient.OpenAsync(broker.Secure, _certificates);
            int count = await client.Stream.ReadAsync(new byte[1], TestContext.Current.CancellationToken);
            Assert.Equal(0, count); // in an orderly way
            return;
        }

        using Socket socket = TlsBroker.Connect(broker.Secure);
        socket.Send(what == "nothing" ? [] : HalfAHello);
        await AssertEndedAsync(socket);
    }

    [Fact]
    public async Task What_is_no_tls_is_turned_away_and_logged()
    {
        await using TlsBroker broker = new(_options);
        using Socket socket = TlsBroker.Connect(broker.Secure);
        socket.Send(Packets.Connect(ProtocolVersion.Mqtt311, "client"));
        await broker.LoggedAsync("wrong version number");
        await AssertEndedAsync(socket);
    }

    [Fact]
    public async Task Past_the_limit_of_handshakes_the_newest_connections_are_closed()
    {
        const int Limit = 3;
        await using TlsBroker broker = new(_options, options => options.MaximumHandshakes = Limit);
        List<Socket> silent = [];
        for (int i = 0; i < Limit; i++)
        {
            silent.Add(TlsBroker.Connect(broker.Secure));
        }

        using Socket newest = TlsBroker.Connect(broker.Secure);
        await AssertEndedAsync(newest);
        await broker.LoggedAsync("3 TLS handshakes are under way");
        Assert.All(silent, socket => Assert.False(socket.Poll(0, SelectMode.SelectRead)));

        silent[0].Dispose();
        await using SecureClient client = await EventuallyAsync(
            () => SecureClient.OpenAsync(broker.Secure, _certificates));
        await client.ConnectAsync("client");
        silent.ForEach(socket => socket.Dispose());

        // Finished handshakes do not count.
        List<SecureClient> clients = [];
        for (int i = 0; i < 2 * Limit; i++)
        {
            clients.Add(await EventuallyAsync(() => SecureClient.OpenAsync(broker.Secure, _certificates)));
        }

        foreach (SecureClient one in clients)
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_thousand_half_open_handshakes_hold_nobody_up()
    {
        await using TlsBroker broker = new(_options, options => options.ConnectTimeout = TimeSpan.FromMinutes(5));
        List<Socket> halfOpen = [];
        for (int i = 0; i < 1_000; i++)
        {
            Socket socket = TlsBroker.Connect(broker.Secure);
            socket.Send(i % 2 == 0 ? HalfAHello : []);
            halfOpen.Add(socket);
        }

        using Socket plain = TlsBroker.Connect(broker.Plain);
        plain.Send(Packets.Connect(ProtocolVersion.Mqtt311, "plain"));
        byte[] answer = new byte[4];
        await plain.ReceiveAsync(answer, TestContext.Current.CancellationToken);
        for (int i = 0; i < 100; i++)
        {
            plain.Send(Packets.Pingreq);
            Assert.Equal(2, await plain.ReceiveAsync(answer, TestContext.Current.CancellationToken));
        }

        await using SecureClient client = await SecureClient.OpenAsync(broker.Secure, _certificates);
        await client.ConnectAsync("client");
        Assert.All(halfOpen, socket => Assert.False(socket.Poll(0, SelectMode.SelectRead)));

        // The broker ends although they do not.
        await broker.Broker.StopAsync(TimeSpan.FromSeconds(5));
        halfOpen.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Files_that_change_are_loaded_by_themselves_and_bad_ones_are_not()
    {
        await using TlsBroker broker = new(_options);
        await broker.LoggedAsync("TLS of listener secure: loaded, certificate valid until 20");
        await using SecureClient old = await SecureClient.OpenAsync(broker.Secure, _certificates);
        await old.ConnectAsync("old");
        _certificates.Write("server.crt", "no certificate");
        await broker.LoggedAsync("TLS of listener secure: not reloaded, what was loaded stays in force: certfile");
        await using (SecureClient client = await SecureClient.OpenAsync(broker.Secure, _certificates))
        {
            Assert.Equal("CN=localhost", client.ServerSubject);
        }

        _certificates.Server("server", "renewed");
        await broker.LoggedAsync("TLS of listener secure: reloaded for new connections");
        await using (SecureClient client = await SecureClient.OpenAsync(broker.Secure, _certificates, "renewed"))
        {
            Assert.Equal("CN=renewed", client.ServerSubject);
        }

        await old.SendAsync(Packets.Pingreq);
        await old.ExpectAsync([0xD0, 0]);
    }

    [Fact]
    public async Task A_reload_that_is_asked_for_reads_everything_again()
    {
        await using TlsBroker broker = new(_options);
        broker.Broker.ReloadTls();
        Assert.Contains(
            broker.Lines, line => line.StartsWith("TLS of listener secure: reloaded", StringComparison.Ordinal));
    }

    [Fact]
    public void A_broker_with_a_wrong_file_does_not_start()
    {
        _options.Certificates[0] = _options.Certificates[0] with { KeyFile = "/nonexistent/key" };
        TlsException wrong = Assert.Throws<TlsException>(() => new TlsBroker(_options));
        Assert.Equal("keyfile /nonexistent/key: No such file or directory", wrong.Message);
    }

    [Fact]
    public async Task OpenSSL_s_own_client_agrees()
    {
        await using TlsBroker broker = new(_options);
        string target = broker.Secure.ToString();
        var start = new ProcessStartInfo(
            "openssl",
            [
                "s_client", "-connect", target, "-CAfile", _certificates.CaFile, "-servername", "localhost",
                "-verify_hostname", "localhost", "-verify_return_error", "-alpn", "mqtt", "-nocommands", "-quiet",
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process client = Process.Start(start)!;
        Stream input = client.StandardInput.BaseStream;
        await input.WriteAsync(
            Packets.Connect(ProtocolVersion.Mqtt311, "client"), TestContext.Current.CancellationToken);
        await input.FlushAsync(TestContext.Current.CancellationToken);
        byte[] answer = new byte[4];
        await client.StandardOutput.BaseStream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
        Assert.Equal([0x20, 2, 0, 0], answer);
        await input.WriteAsync(Packets.Disconnect(), TestContext.Current.CancellationToken);
        await input.FlushAsync(TestContext.Current.CancellationToken);
        await client.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, client.ExitCode);
    }

    public void Dispose() => _certificates.Dispose();

    private static async Task AssertEndedAsync(Socket socket)
    {
        try
        {
            // An alert may come first.
            while (await socket.ReceiveAsync(new byte[64], TestContext.Current.CancellationToken) > 0)
            {
            }
        }
        catch (SocketException exception)
        {
            Assert.Equal(SocketError.ConnectionReset, exception.SocketErrorCode);
        }
    }

    // The broker notices a little later than the client that a connection has gone.
    private static async Task<T> EventuallyAsync<T>(Func<Task<T>> attempt)
    {
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    // In TLS 1.3 a client may learn it only when it reads.
    private async Task AssertTurnedAwayAsync(TlsBroker broker, X509Certificate2? certificate) =>
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using SecureClient client =
                await SecureClient.OpenAsync(broker.Secure, _certificates, certificate: certificate);
            await client.ConnectAsync("client");
        });
}
