// The load modes over TLS, and what they say about a broker that cannot be trusted.
using System.CommandLine;
using System.Net;
using FastMqtt.Bench.Commands;
using FastMqtt.Bench.Engine;
using FastMqtt.Broker;
using FastMqtt.Transport.Tests.Tls;
using FastMqtt.Transport.Tls;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Bench.Tests;

public sealed class TlsTests : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly MqttBroker _broker;

    public TlsTests()
    {
        TlsOptions tls = new();
        tls.Certificates.Add(_certificates.Server("server", "localhost"));
        BrokerOptions options = new() { Dispatchers = 1 };
        options.Listeners.Add(new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
            Tls = tls,
        });
        _broker = MqttBroker.StartAsync(options, NullLoggerFactory.Instance).GetAwaiter().GetResult();
    }

    [Theory]
    [InlineData("throughput -n 1000 -q 1")]
    [InlineData("throughput -n 1000 -P 3 -S 3 -s 20000")]
    [InlineData("idle -c 20 --hold 0")]
    public void A_mode_runs_over_tls(string arguments)
    {
        (int exitCode, _, string error) = Run($"{arguments} -h localhost --cafile {_certificates.CaFile}");
        Assert.Empty(error);
        Assert.Equal(0, exitCode);
        (exitCode, _, error) = Run($"{arguments} --tls --insecure");
        Assert.Empty(error);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public void A_broker_that_is_not_the_one_asked_for_is_refused()
    {
        using TestCertificates strangers = new("Strange authority");
        AssertFails($"throughput -n 10 -h localhost --cafile {strangers.CaFile}", "certificate verify failed");
        AssertFails($"throughput -n 10 -h 127.0.0.1 --cafile {_certificates.CaFile}", "IP address mismatch");
        AssertFails("throughput -n 10 --cafile /nonexistent", "cafile /nonexistent: No such file or directory");
        AssertFails("throughput -n 10 --tls", "--tls needs --cafile, or --insecure");
        AssertFails("throughput -n 10 --insecure", "--insecure needs --tls");
    }

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        _certificates.Dispose();
    }

    private void AssertFails(string arguments, string reason)
    {
        (int exitCode, string output, string error) = Run(arguments);
        Assert.Contains(reason, output + error, StringComparison.Ordinal);
        Assert.NotEqual(0, exitCode);
    }

    private (int ExitCode, string Output, string Error) Run(string arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        LoadSettings settings = new(output, error) { Program = "fastmqtt", Security = TlsSecurity.Create };
        int port = ((IPEndPoint)_broker.EndPoints[0]).Port;
        int exitCode = BenchCommand.Create(settings).Parse($"{arguments} -p {port}").Invoke();
        return (exitCode, output.ToString(), error.ToString());
    }
}
