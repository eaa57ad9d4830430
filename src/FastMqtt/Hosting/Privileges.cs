// Gives up root's rights once the sockets are bound. Only root has any to give up: for others the option says nothing,
// as in Mosquitto. What cannot be done as asked ends the broker: it must not serve with more rights than the operator
// meant.
using System.ComponentModel;
using FastMqtt.Transport;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Hosting;

internal static class Privileges
{
    private const uint Root = 0;

    /// <summary>Null: done, or nothing to do. Else why not, for the operator.</summary>
    public static string? GiveUp(string? name, ILogger logger, uint? current = null)
    {
        if ((current ?? ProcessIdentity.User) != Root)
        {
            return null;
        }

        if (name is null or "root" or "0")
        {
            ProcessLog.RunningAsRoot(logger);
            return null;
        }

        if (UserAccount.Find(name) is not { } account)
        {
            return $"user {name}: there is no such user in /etc/passwd";
        }

        try
        {
            ProcessIdentity.Become(account.User, account.Group, account.Groups);
            ProcessLog.BecameUser(logger, name, account.User);
            return null;
        }
        catch (Win32Exception failure)
        {
            return $"user {name}: {failure.Message}";
        }
    }
}
