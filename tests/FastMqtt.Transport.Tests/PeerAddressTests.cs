// Addresses as the kernel writes them and as a log shows them.

using System.Net;

namespace FastMqtt.Transport.Tests;

public sealed class PeerAddressTests
{
    [Fact]
    public void An_IPv4_socket_address_is_read() =>
        Assert.Equal("1.2.3.4:567", Parse([2, 0, 0x02, 0x37, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0]).ToString());

    [Fact]
    public void An_IPv6_socket_address_is_read()
    {
        byte[] bytes = new byte[28];
        (bytes[0], bytes[2], bytes[3], bytes[23]) = (10, 0x02, 0x37, 1);
        Assert.Equal("[::1]:567", Parse(bytes).ToString());
        Assert.True(Parse(bytes).IsLoopback);
    }

    [Fact]
    public void A_mapped_address_is_shown_as_IPv4()
    {
        PeerAddress mapped = PeerAddress.FromEndPoint(new IPEndPoint(IPAddress.Parse("::ffff:10.0.0.7"), 80));
        Assert.Equal("10.0.0.7:80", mapped.ToString());
        Assert.Equal(PeerAddress.FromEndPoint(new IPEndPoint(IPAddress.Parse("10.0.0.7"), 80)), mapped);
        Assert.False(mapped.IsLoopback);
    }

    [Fact]
    public void A_local_socket_has_no_address()
    {
        PeerAddress local = Parse([1, 0]);
        Assert.Equal("unix", local.ToString());
        Assert.True(local.IsLocalSocket);
        Assert.Null(local.ToIPAddress());
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 2 })]
    [InlineData(new byte[] { 2, 0, 1, 2 })]
    [InlineData(new byte[] { 10, 0, 1, 2, 3, 4, 5, 6 })]
    [InlineData(new byte[] { 77, 0, 1, 2, 3, 4, 5, 6 })]
    public void What_is_not_understood_is_unknown(byte[] bytes)
    {
        Assert.Equal(default, Parse(bytes));
        Assert.Equal("unknown", Parse(bytes).ToString());
    }

    private static PeerAddress Parse(byte[] bytes) => PeerAddress.FromSocketAddress(bytes);
}
