// The version the build stamped on this assembly, without the commit.

using System.Reflection;

namespace FastMqtt.Broker;

internal static class ThisVersion
{
    public static string Text { get; } = Read();

    private static string Read()
    {
        string? text = typeof(ThisVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion;
        return text is null ? "0.0.0" : text.Split('+')[0];
    }
}
