// Whether the store's file can be where the options say: run at start, by "check", and by the commands that are about
// the file; not by a reload, which would look at a file that this process has open (see StoreLocation).
using FastMqtt.Hosting;
using FastMqtt.Transport;

namespace FastMqtt.Configuration;

internal static class StoreChecks
{
    public static void Run(Settings settings)
    {
        if (!StoreMapping.IsOn(settings))
        {
            return; // as in Mosquitto, the options about the file mean nothing then
        }

        StoreLocation location = StoreLocation.Find(settings.Global);
        if (FaultOf(location.Directory, settings.Global.Text("user")) is { } fault)
        {
            settings.Problems.Add(new(Cause(settings, "persistence_location"), fault));
        }
        else if (FaultOfFile(location.Path) is { } mistake)
        {
            settings.Problems.Add(new(Cause(settings, "persistence_file"), mistake));
        }
    }

    /// <summary>What keeps the broker from making files in a directory; null: nothing.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="user">Whom root becomes; null: it stays root.</param>
    /// <param name="current">Whom the process runs as; null: as the system says.</param>
    public static string? FaultOf(string directory, string? user, uint? current = null)
    {
        string shown = Words.Quote(directory);
        if (!Directory.Exists(directory))
        {
            return $"persistence_location {shown} is not a directory";
        }

        if (!FileStatus.MayMakeFilesIn(directory))
        {
            return $"persistence_location {shown} may not be written to";
        }

        // Root may write anywhere; what counts is whom the broker will run as. A user that is unknown is another fault.
        bool isLeft = (current ?? ProcessIdentity.User) == 0
            && user is not null
            && UserAccount.Find(user) is { } account
            && FileStatus.TryRead(directory, out FileStatus status) && !account.MayMakeFilesIn(status);
        return isLeft ? $"persistence_location {shown} may not be written to by user {user}" : null;
    }

    // Any other content is the store's to judge: a damaged store does not begin as a good one does.
    private static string? FaultOfFile(string path)
    {
        string shown = $"persistence_file {Words.Quote(path)}";
        if (Directory.Exists(path))
        {
            return $"{shown} is a directory";
        }

        return StoreLocation.Look(path) == StoreFileKind.Mosquitto ? $"{shown} is a database of Mosquitto" : null;
    }

    // Without a name for the place, what asked for it is the cause.
    private static Origin Cause(Settings settings, string option) =>
        settings.Global.TryFind(option, out Setting? setting)
        || settings.Global.TryFind("persistence", out setting) ? setting.Origin : Origin.Default;
}
