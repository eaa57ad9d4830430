// Files of the repository that tests read.
namespace FastMqtt.Compare.Tests;

internal static class Shipped
{
    public static string Path(string relative) => System.IO.Path.Combine(Repository.FindRoot(), relative);
}
