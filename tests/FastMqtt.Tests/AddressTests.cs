// What people may type for an address, and what they may not.
using Xunit;

namespace FastMqtt.Tests;

public class AddressTests
{
    [Theory]
    [InlineData("0.0.0.0:1883", "0.0.0.0:1883")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("[::1]:1883", "[::1]:1883")]
    [InlineData("[::]:65535", "[::]:65535")]
    public void numeric_address_with_port_is_an_end_point(string text, string expected)
    {
        Assert.True(Address.TryParseEndPoint(text, out System.Net.IPEndPoint? endPoint));
        Assert.Equal(expected, endPoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1883")]
    [InlineData(":1883")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1: 1")]
    [InlineData("127.1:1883")]
    [InlineData("1:1883")]
    [InlineData("::1:1883")]
    [InlineData("[]:1883")]
    [InlineData("[::1]")]
    [InlineData("[127.0.0.1]:1883")]
    [InlineData("localhost:1883")]
    public void anything_else_is_not_an_end_point(string text) =>
        Assert.False(Address.TryParseEndPoint(text, out _));

    [Fact]
    public void host_name_splits_from_port()
    {
        Assert.True(Address.TrySplit("broker.example:8883", out string host, out int port));
        Assert.Equal("broker.example", host);
        Assert.Equal(8883, port);
    }
}
