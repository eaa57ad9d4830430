// The addresses of a network interface: those of the one that every machine has.

using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Transport.Tests;

public sealed class InterfaceAddressesTests
{
    [Fact]
    public void The_loopback_interface_has_the_loopback_address() =>
        Assert.Contains(IPAddress.Loopback, InterfaceAddresses.Of("lo"));

    [Fact]
    public void The_runtime_tells_the_same()
    {
        Assert.Equal(
            InterfaceAddresses.Of("lo").Select(address => address.ToString()).Order(),
            InterfaceAddresses.FromRuntime("LO").Select(address => address.ToString()).Order());
        SocketException failure = Assert.Throws<SocketException>(() => InterfaceAddresses.FromRuntime("nonesuch0"));
        Assert.Contains("nonesuch0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_interface_that_is_not_there_is_named()
    {
        SocketException failure = Assert.Throws<SocketException>(() => InterfaceAddresses.Of("nonesuch0"));
        Assert.Contains("nonesuch0", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_addresses_of_a_name_are_found() =>
        Assert.Contains(
            HostAddress.ResolveAll("localhost", TestContext.Current.CancellationToken), IPAddress.IsLoopback);
}
