// Where the repository's root is: paths in configuration files start there. Called by Program.
namespace FastMqtt.Compare;

internal static class Repository
{
    private const string Mark = "FastMqtt.sln";

    /// <summary>The folder above this program that holds the solution, or the current one.</summary>
    public static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, Mark)))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? Directory.GetCurrentDirectory();
    }
}
