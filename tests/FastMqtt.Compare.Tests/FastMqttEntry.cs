// FastMqtt as it was built for the tests, as an entry of the list of brokers.
using FastMqtt.Compare.Configuration;

namespace FastMqtt.Compare.Tests;

internal static class FastMqttEntry
{
    public static BrokerEntry Create(string name) => new()
    {
        Name = name,
        Command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "fastmqtt.dll"), "-p", "{port}"],
    };
}
