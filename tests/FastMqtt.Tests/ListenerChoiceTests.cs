// Which listeners the options make, and who may come in without credentials.
using System.Net;
using FastMqtt.Broker;
using FastMqtt.Configuration;
using FastMqtt.Tests.Configuration;
using Xunit;

namespace FastMqtt.Tests;

public class ListenerChoiceTests
{
    [Fact]
    public void no_option_means_loopback_1883_with_anonymous_access()
    {
        BrokerOptions options = Map(new ConfigurationInput());
        Assert.Equal(IPEndPoint.Parse("127.0.0.1:1883"), options.Listeners[0].EndPoint);
        Assert.All(options.Listeners, listener =>
        {
            Assert.True(IPAddress.IsLoopback(listener.EndPoint!.Address));
            Assert.Equal(1883, listener.EndPoint!.Port);
            Assert.True(listener.AllowAnonymous);
        });
    }

    [Fact]
    public void other_addresses_refuse_clients_without_credentials()
    {
        BrokerOptions options = Map(new ConfigurationInput
        {
            Listen = [IPEndPoint.Parse("0.0.0.0:1883"), IPEndPoint.Parse("[::1]:1884")],
        });
        Assert.Equal([false, true], options.Listeners.Select(listener => listener.AllowAnonymous));
    }

    [Fact]
    public void allow_anonymous_opens_every_listener()
    {
        BrokerOptions options = Map(new ConfigurationInput
        {
            Listen = [IPEndPoint.Parse("0.0.0.0:1883")],
            Flags = [("--allow-anonymous", "allow_anonymous", "true")],
        });
        Assert.True(Assert.Single(options.Listeners).AllowAnonymous);
    }

    [Fact]
    public void port_adds_loopback_to_given_addresses()
    {
        BrokerOptions options = Map(new ConfigurationInput
        {
            Ports = [0],
            Listen = [IPEndPoint.Parse("0.0.0.0:1883")],
            Flags = [("--dispatchers", "dispatchers", "2")],
        });
        Assert.Equal(["127.0.0.1:0", "0.0.0.0:1883"], options.Listeners.Select(l => l.EndPoint!.ToString()));
        Assert.Equal(2, options.Dispatchers);
    }

    private static BrokerOptions Map(ConfigurationInput input) =>
        BrokerMapping.Map(ConfigurationReader.Read(input), Configured.Access).Broker;
}
