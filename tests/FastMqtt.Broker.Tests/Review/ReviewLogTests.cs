// What a client chooses cannot forge a line of the log or fill it.

using System.Text;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Sessions;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

public sealed class ReviewLogTests
{
    [Theory]
    [InlineData("sensor-1", "sensor-1")]
    [InlineData("Gerät", "Gerät")]
    [InlineData("a\nClient root connected\r\u001b[2J", "a\uFFFDClient root connected\uFFFD\uFFFD[2J")]
    public void A_client_identifier_is_one_line(string identifier, string expected) =>
        Assert.Equal(expected, BrokerLog.Name(new Session(0, 1, Encoding.UTF8.GetBytes(identifier))));

    [Fact]
    public void A_long_client_identifier_is_cut()
    {
        byte[] identifier = Encoding.UTF8.GetBytes(new string('ü', 30_000));
        Assert.Equal(new string('ü', 256), BrokerLog.Name(new Session(0, 1, identifier)));
    }
}
