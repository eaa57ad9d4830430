// A start that fails says why and leaves nothing: no port, no descriptor, no thread, no store that is still open.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Broker.Persistence;
using FastMqtt.Transport.Tests.Tls;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Embedding.Tests.Process;

[Collection(nameof(RunsAlone))]
public sealed class FailedStartTests
{
    private const int Attempts = 20;

    [Fact]
    public async Task A_port_that_is_taken()
    {
        using Socket other = new(SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        using TemporaryStore store = new();
        using TestCertificates authority = new();
        TlsOptions tls = new();
        tls.Certificates.Add(authority.Server("server", "localhost"));
        await LeavesNothingAsync<SocketException>(() =>
        {
            BrokerOptions options = new() { Dispatchers = 2 };
            store.Use(options);
            options.Listeners.Add(new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Tls = tls });
            options.Listeners.Add(EmbeddedBroker.Anonymous(((IPEndPoint)other.LocalEndPoint!).Port));
            return options;
        });
    }

    [Fact]
    public Task A_certificate_that_is_not_there()
    {
        TlsOptions tls = new();
        tls.Certificates.Add(new TlsCertificate("/nowhere/server.crt", "/nowhere/server.key"));
        return LeavesNothingAsync<TlsException>(() => new BrokerOptions
        {
            Listeners =
            {
                EmbeddedBroker.Anonymous(),
                new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Tls = tls },
            },
        });
    }

    [Fact]
    public Task A_store_in_a_folder_that_is_not_there() => LeavesNothingAsync<StoreException>(() => new BrokerOptions
    {
        Listeners = { EmbeddedBroker.Anonymous() },
        Persistence = new PersistenceOptions { Path = "/nowhere/store.db" },
    });

    [Fact]
    public async Task A_database_to_import_that_is_none()
    {
        using TemporaryStore store = new();
        string import = store.File + ".old";
        await File.WriteAllTextAsync(import, "this is no database of Mosquitto", TestContext.Current.CancellationToken);

        // Each start fails, not the first alone: a store that had stayed would begin without what was to be imported.
        await LeavesNothingAsync<StoreException>(() => new BrokerOptions
        {
            Dispatchers = 2,
            Listeners = { EmbeddedBroker.Anonymous() },
            Persistence = new PersistenceOptions { Path = store.File, ImportFrom = import },
        });
    }

    private static async Task LeavesNothingAsync<TException>(Func<BrokerOptions> options)
        where TException : Exception
    {
        await FailAsync();
        ProcessFigures before = await ProcessFigures.TakeAsync();
        for (int i = 0; i < Attempts; i++)
        {
            await FailAsync();
        }

        ProcessFigures after = await ProcessFigures.TakeAsync();
        Assert.InRange(after.Descriptors, 0, before.Descriptors + 4);

        Task FailAsync() => Assert.ThrowsAsync<TException>(() => EmbeddedBroker.StartBareAsync(options()));
    }
}
