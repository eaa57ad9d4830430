// The version of this build, as people and logs see it. Read from the assembly, which the build stamps.
using System.Reflection;

namespace FastMqtt;

internal static class ProductVersion
{
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "unknown";
}
